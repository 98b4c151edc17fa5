"""The desk's list of disputes by what somebody looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from common import clock
from settlement.disputes import flow
from settlement.disputes.selectors import visible_disputes
from settlement.disputes.waiting import awaiting

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from settlement.models import Dispute

MINE = "mine"
"""In place of a state: what waits for the person who looks."""


def inbox(*, actor: User, state: str, due: str, rule: str, words: str) -> QuerySet[Dispute]:
    """Return what fits the filters, what is due first on top; `state` may be `open` or `mine`."""
    found = visible_disputes(actor=actor)
    if state == MINE:
        found = awaiting(actor=actor)
    elif state == "open":
        found = found.filter(state__in=flow.OPEN)
    elif state:
        found = found.filter(state=state)
    if due == "late":
        found = found.filter(due_at__lte=clock.now(), state__in=flow.OPEN)
    elif due == "today":
        _start, end = clock.day_span(clock.business_day())
        found = found.filter(due_at__lte=end, state__in=flow.OPEN)
    if rule:
        found = found.filter(Q(line__rule=rule) | Q(period_line__rule=rule))
    if words:
        named = Q(claimant__display_name__icontains=words)
        named |= Q(claimant_party__name__icontains=words)
        found = found.filter(named | Q(number__icontains=words))
    return found.order_by("due_at", "-filed_at", "-pk")
