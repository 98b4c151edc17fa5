"""What fills people's days: the visits they have and those they help on, and where two clash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Exists, OuterRef, Q, When
from psycopg.types.range import Range

from common import clock
from dispatch.models import Assignment
from workorders.crew import helped_orders, places_on

if TYPE_CHECKING:
    from datetime import date, datetime

    from workorders.models import CrewMember, WorkOrder

HELD = Q(active=True) | Q(end_reason=Assignment.COMPLETED)
"""Assignments that fill a day: what somebody is to do, and what was done."""


@dataclass(frozen=True, slots=True)
class Booking:
    """A stretch of somebody's day; `lead` names who has the visit when this person only helps."""

    order: WorkOrder
    begins: datetime
    ends: datetime
    active: bool
    lead: str = ""
    helpers: tuple[str, ...] = ()

    @property
    def is_shared(self) -> bool:
        """Whether somebody else's day changes when this visit moves."""
        return bool(self.lead or self.helpers)

    def overlaps(self, begins: datetime, ends: datetime) -> bool:
        """Whether the two stretches have a moment in common."""
        return self.begins < ends and begins < self.ends

    def clashes_with(self, other: Booking) -> bool:
        """Whether both are still to be done and nobody can do both."""
        both = self.active and other.active and self.order.pk != other.order.pk
        return both and self.overlaps(other.begins, other.ends)


def span_words(begins: datetime, ends: datetime) -> str:
    """A stretch as "09:00–10:30" of the Chinese clock."""
    return f"{clock.china(begins):%H:%M}–{clock.china(ends):%H:%M}"


def bookings(
    installer_ids: Iterable[int], days: Sequence[date], *, without: int | None = None
) -> Mapping[int, list[Booking]]:
    """What each installer has to do or has done on the days, in order of its beginning.

    A helper is busy for as long as they were or will be with the visit. Three queries for any
    number of people, and none of another order's.
    """
    ids = list(installer_ids)
    since, until = clock.day_span(days[0])[0], clock.day_span(days[-1])[1]
    shown = (
        Assignment.objects.filter(HELD, span__overlap=Range(since, until))
        .exclude(work_order_id=without)
        .select_related(
            "work_order__address", "work_order__site_region", "work_order__item_version"
        )
        .defer("work_order__item_version__body")
    )
    own = list(shown.filter(installer_id__in=ids))
    joined = shown.filter(work_order__in=helped_orders(installer_ids=ids, since=since))
    helped = list(joined.select_related("installer__user"))
    places = places_on({row.work_order_id for row in (*own, *helped)})
    found: dict[int, list[Booking]] = defaultdict(list)
    for row in own:
        found[row.installer_id].append(_own(row, places.get(row.work_order_id, ())))
    wanted = set(ids)
    for row in helped:
        for place in places[row.work_order_id]:
            stretch = _helped(row, place) if place.installer_id in wanted else None
            if stretch is not None:
                found[place.installer_id].append(stretch)
    for stretches in found.values():
        stretches.sort(key=lambda each: each.begins)
    return found


def clashing(order: WorkOrder, installer_ids: Iterable[int]) -> dict[int, list[Booking]]:
    """What each installer has to do while the order is done, beside the order; its visit is held.

    Empty for who is free, and for everybody while nobody has a time for the order.
    """
    held = Assignment.objects.filter(work_order=order, active=True).first()
    if held is None:
        return {}
    begins, ends = held.span.lower, held.span.upper
    days = [clock.business_day(begins), clock.business_day(ends)]
    found = bookings(installer_ids, days, without=order.pk)
    clashes = {
        who: [each for each in rows if each.active and each.overlaps(begins, ends)]
        for who, rows in found.items()
    }
    return {who: rows for who, rows in clashes.items() if rows}


def clash_words(rows: Sequence[Booking]) -> str:
    """When somebody is booked elsewhere, and for which orders: "09:00–10:30 WO-1"."""
    return "、".join(f"{span_words(each.begins, each.ends)} {each.order.number}" for each in rows)


def busy_first(day: date) -> Case:
    """An order that puts the installers first who have something to do on a day or help with it."""
    held = Assignment.objects.filter(HELD, span__overlap=Range(*clock.day_span(day)))
    helps = held.filter(work_order__crew__installer=OuterRef("pk"), work_order__crew__left_at=None)
    mine = Exists(held.filter(installer=OuterRef("pk")))
    return Case(When(mine | Exists(helps), then=0), default=1)


def _own(row: Assignment, places: Iterable[CrewMember]) -> Booking:
    names = tuple(
        place.installer.user.display_name
        for place in places
        if place.left_at is None and place.installer_id != row.installer_id
    )
    return Booking(row.work_order, row.span.lower, row.span.upper, row.active, helpers=names)


def _helped(row: Assignment, place: CrewMember) -> Booking | None:
    """The stretch of the visit the helper is there for; None when they left before it began."""
    begins = max(row.span.lower, place.joined_at)
    ends = min(row.span.upper, place.left_at or row.span.upper)
    if place.installer_id == row.installer_id or begins >= ends:
        return None
    lead = row.installer.user.display_name
    return Booking(row.work_order, begins, ends, row.active, lead=lead)
