"""What the disputes of a list come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q, Sum

from common import clock
from settlement.disputes import flow

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from settlement.models import Dispute


class InboxSums(NamedTuple):
    """How many disputes, how many of them open beyond their limit, claimed and held fen."""

    disputes: int
    late: int
    claimed_fen: int
    held_fen: int


def inbox_sums(found: QuerySet[Dispute]) -> InboxSums:
    """Return the sums of a list of disputes; one query."""
    late = Q(state__in=flow.OPEN, due_at__lte=clock.now())
    sums = found.order_by().aggregate(
        disputes=Count("pk"),
        late=Count("pk", filter=late),
        claimed=Sum("claimed_fen"),
        held=Sum("held_fen"),
    )
    return InboxSums(
        disputes=sums["disputes"],
        late=sums["late"],
        claimed_fen=int(sums["claimed"] or 0),
        held_fen=int(sums["held"] or 0),
    )
