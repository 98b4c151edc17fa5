"""How many jobs outlets have taken on, by day, part of the day and order type."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import F, Q

from common import clock
from dispatch.appointments.shapes import part_of
from dispatch.models import Assignment, SlotHold
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

Load = Counter[tuple[int, "date", str, str]]
"""Jobs by outlet, day, part of the day and order type."""


def load_of(units: Iterable[int], first: date, last: date, *, without: int | None) -> Load:
    """Return what outlets have on some days, each order once; three queries.

    An order counts where its window begins; without one where its visit is booked; while nobody has
    it, at the outlet its customer booked with. Held slots count until they expire.
    """
    ids = list(units)
    since, until = clock.day_span(first)[0], clock.day_span(last)[1]
    found: Load = Counter()
    orders = WorkOrder.objects.filter(
        served_by__in=ids,
        cancelled_at=None,
        window_starts_at__gte=since,
        window_starts_at__lt=until,
    )
    orders = orders.exclude(pk=without or 0)
    for unit, at, kind in orders.values_list("served_by", "window_starts_at", "order_type"):
        if at is not None:
            _count(found, unit, at, kind)
    visits = Assignment.objects.filter(
        active=True,
        work_order__window_starts_at=None,
        installer__outlet__in=ids,
        span__startswith__gte=since,
        span__startswith__lt=until,
    ).exclude(work_order=without)
    for unit, span, kind in visits.values_list(
        "installer__outlet", "span", "work_order__order_type"
    ):
        _count(found, unit, span.lower, kind)
    for unit, at, kind in held_or_booked(ids, since, until, without=without):
        _count(found, unit, at, kind)
    return found


def held_or_booked(
    units: Iterable[int], since: datetime, until: datetime, *, without: int | None
) -> Iterable[tuple[int, datetime, str]]:
    """Yield (outlet, moment, order type) of slots that are held, or booked by who nobody has yet."""
    held = Q(state=SlotHold.State.HELD, expires_at__gt=clock.now())
    booked = Q(
        state=SlotHold.State.BOOKED,
        work_order__installer=None,
        work_order__cancelled_at=None,
        work_order__window_starts_at=F("starts_at"),
    )
    rows = SlotHold.objects.filter(
        held | booked, unit__in=list(units), starts_at__gte=since, starts_at__lt=until
    ).exclude(work_order=without)
    yield from rows.values_list("unit", "starts_at", "work_order__order_type")


def _count(found: Load, unit: int, at: datetime, kind: str) -> None:
    found[unit, clock.business_day(at), part_of(at), kind] += 1
