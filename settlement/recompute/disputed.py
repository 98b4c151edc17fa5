"""Disputes that a computation must not run into: their claim would be paid on top of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from settlement.disputes.flow import OPEN
from settlement.models import Dispute
from settlement.recompute.posting import DIFFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from settlement.models import Settlement


def open_disputes_of(settlements: Iterable[Settlement]) -> QuerySet[Dispute]:
    """Return the open disputes over a line of these, or over a correction of their orders."""
    asked = list(settlements)
    orders = [each.work_order_id for each in asked]
    of_correction = Q(entry__kind=DIFFERENCE, work_order__in=orders)
    return Dispute.objects.filter(Q(line__settlement__in=asked) | of_correction, state__in=OPEN)
