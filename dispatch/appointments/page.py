"""The calendar of one order, as customer and desk see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from dispatch.appointments.booking import held_slot, is_bookable
from dispatch.appointments.open_slots import calendar_days, open_days
from dispatch.appointments.shapes import DAYS

if TYPE_CHECKING:
    from datetime import date

    from dispatch.appointments.shapes import SlotDay
    from dispatch.models import SlotHold
    from workorders.models import WorkOrder

LAST_WEEK = DAYS // 7 - 1


@dataclass(frozen=True, slots=True)
class BookingPage:
    """An order with its appointment, the slot it holds, and what is open in a week."""

    order: WorkOrder
    held: SlotHold | None
    days: list[SlotDay]
    week: int
    is_bookable: bool

    @property
    def minutes_left(self) -> int:
        """Whole minutes the held slot is still kept, at least one."""
        if self.held is None:
            return 0
        return max(1, int((self.held.expires_at - clock.now()).total_seconds()) // 60)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open in this week."""
        return not any(slot.is_open for each in self.days for slot in each.slots)

    @property
    def has_next(self) -> bool:
        """Whether another week may be looked at."""
        return self.week < LAST_WEEK

    @property
    def first(self) -> date:
        """The first day shown."""
        return self.days[0].day

    @property
    def number(self) -> str:
        """The order's number."""
        return self.order.number


def booking_page(order: WorkOrder, *, week: int = 0) -> BookingPage:
    """Return what may be booked; an order that may not change shows no slots."""
    may = is_bookable(order)
    days = open_days(order, calendar_days(week=week)) if may else []
    return BookingPage(order, held_slot(order) if may else None, days, week, may)


def week_asked(written: str) -> int:
    """Return which week an address asks for: the first for anything else."""
    return min(int(written), LAST_WEEK) if written.isdecimal() and len(written) < 3 else 0
