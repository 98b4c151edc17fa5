"""Which rule an order falls under, and whether it is in the share that the rule takes."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from django.db.models import Q

from common import clock
from dispatch.models import AssignmentRule
from workorders.business_hours import business_hours
from workorders.guards import body_of

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from workorders.models import WorkOrder

DRAWS = 100


def drawn_of(number: str) -> int:
    """Return 0 to 99 for an order's number: the same on every machine and at every try."""
    digest = blake2b(number.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % DRAWS


def is_complex(order: WorkOrder) -> bool:
    """Whether the order is difficult by its own marks, or its item asks for a certificate."""
    return bool(order.difficulties or body_of(order).certificates)


def rules_in_use(*, on: date) -> QuerySet[AssignmentRule]:
    """Return the rules of a day, the one that comes first at the front."""
    begun = Q(starts_on=None) | Q(starts_on__lte=on)
    not_over = Q(ends_on=None) | Q(ends_on__gte=on)
    found = AssignmentRule.objects.filter(begun, not_over, is_active=True)
    return found.select_related("region").prefetch_related("seasons")


def rule_for(order: WorkOrder) -> AssignmentRule | None:
    """Return the first rule the order fits today, None when there is none."""
    today = clock.business_day()
    fitting = (rule for rule in rules_in_use(on=today) if _fits(rule, order))
    return next(fitting, None)


def share_on(rule: AssignmentRule, day: date) -> int:
    """Return the share in percent a rule takes on a day: its season's, else its own."""
    for season in rule.seasons.all():
        if season.starts_on <= day <= season.ends_on:
            return season.share_pct
    return rule.share_pct


def _fits(rule: AssignmentRule, order: WorkOrder) -> bool:
    site = order.site_region
    if rule.region is not None and (site is None or not site.path.startswith(rule.region.path)):
        return False
    if rule.order_type and rule.order_type != order.order_type:
        return False
    if rule.urgency != AssignmentRule.Urgency.ANY:
        wanted = rule.urgency == AssignmentRule.Urgency.URGENT
        if order.urgent != wanted:
            return False
    if rule.hours != AssignmentRule.Hours.ANY:
        wanted = rule.hours == AssignmentRule.Hours.INSIDE
        if business_hours().is_open(clock.now()) != wanted:
            return False
    if rule.difficulty == AssignmentRule.Difficulty.ANY:
        return True
    return is_complex(order) == (rule.difficulty == AssignmentRule.Difficulty.COMPLEX)
