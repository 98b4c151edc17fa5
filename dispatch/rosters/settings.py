"""What a company sets for its rosters: kinds of shift and the rule they keep to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from common.journal import record
from dispatch.models import RosterRule, ShiftPattern
from dispatch.rosters.reading import roster_units

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def visible_patterns(*, actor: User) -> QuerySet[ShiftPattern]:
    """Return the company's shifts and those of the actor's units."""
    found = ShiftPattern.objects.select_related("unit")
    if actor.sees_everything:
        return found
    return found.filter(Q(unit=None) | Q(unit__in=roster_units(actor=actor)))


def own_patterns(*, actor: User) -> QuerySet[ShiftPattern]:
    """Return the shifts somebody may change: those of their units; all for headquarters."""
    found = ShiftPattern.objects.select_related("unit")
    return found if actor.sees_everything else found.filter(unit__in=actor.units)


@transaction.atomic
def save_pattern(*, pattern: ShiftPattern, actor: User) -> ShiftPattern:
    """Add or change a kind of shift; shifts that are planned already stay as they are."""
    is_new = pattern.pk is None
    if is_new:
        pattern.position = ShiftPattern.objects.count() + 1
    pattern.save()
    record(actor, "roster.pattern_added" if is_new else "roster.pattern_changed", pattern)
    return pattern


@transaction.atomic
def save_rule(*, rule: RosterRule, actor: User) -> None:
    """Keep the company's rule."""
    rule.pk = 1
    rule.save()
    record(
        actor, "roster.rule_changed", rule, rest_min=rule.rest_min, week_min=rule.week_min,
        days_in_row=rule.days_in_row,
    )  # fmt: skip
