"""The week of every installer: how full each day is, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.utils.translation import ngettext

from common import clock
from common.formatting import weekday_name
from dispatch.board.lanes import (
    FULL_BP,
    LANES,
    off_words,
    rating_text,
    share_bp,
    trades_of,
)
from dispatch.board.pool import title_of
from dispatch.board.stamps import stamp_of
from dispatch.bookings import bookings, busy_first
from dispatch.facts import moment, people
from dispatch.rosters.hours import shifts_of
from dispatch.selectors import dispatchable_installers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from accounts.models import Installer, User
    from dispatch.board.filters import BoardFilter
    from dispatch.bookings import Booking
    from dispatch.engine.facts import Shift

_NAMED = 6
"""So many visits of a day are named when one points at it."""


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of a week; `words` names its visits, `note` says why nothing can be put there."""

    day: date
    visits: int
    load_bp: int
    is_late: bool
    note: str
    words: str

    @property
    def load_percent(self) -> int:
        """The booked share of the working time, 0 to 100."""
        return self.load_bp // 100

    @property
    def is_full(self) -> bool:
        """Whether all working time is booked."""
        return self.load_bp >= FULL_BP

    @property
    def label(self) -> str:
        """The day as it is named while something is dragged there: "周三 4日"."""
        return f"{weekday_name(self.day)} {self.day.day}"

    @property
    def count(self) -> str:
        """How many visits there are, in words."""
        return ngettext("%(n)d visit", "%(n)d visits", self.visits) % {"n": self.visits}


@dataclass(frozen=True, slots=True)
class WeekRow:
    """An installer and their seven days."""

    installer: Installer
    trades: str
    rating: str
    cells: list[DayCell]


@dataclass(frozen=True, slots=True)
class Week:
    """A page of weeks of one Chinese calendar week; `heads` are its days and their names."""

    day: date
    heads: list[tuple[date, str, bool]]
    rows: list[WeekRow]
    page: Page[Installer]
    stamp: str


def week_rows(*, actor: User, chosen: BoardFilter) -> Week:
    """Return the chosen page of weeks; the number of queries does not depend on how many."""
    days, now, today = chosen.days, clock.now(), clock.business_day()
    found = chosen.people(dispatchable_installers(actor=actor))
    ordered = people(found).order_by(busy_first(chosen.day), "outlet__name", "number", "pk")
    page = Paginator(ordered, LANES).get_page(chosen.page)
    installers = list(page.object_list)
    booked = bookings([each.pk for each in installers], days)
    working = shifts_of(installers, days)
    rows = [_row(each, booked.get(each.pk, ()), working[each.pk], days, now) for each in installers]
    return Week(
        day=chosen.day,
        heads=[(day, weekday_name(day), day == today) for day in days],
        rows=rows,
        page=page,
        stamp=stamp_of([days[0], page.paginator.count, *[(r.installer.pk, r.cells) for r in rows]]),
    )


def _row(
    installer: Installer,
    booked: Sequence[Booking],
    shifts: Sequence[Shift],
    days: Sequence[date],
    now: datetime,
) -> WeekRow:
    return WeekRow(
        installer=installer,
        trades=trades_of(installer),
        rating=rating_text(installer),
        cells=[_cell(installer, booked, shifts, day, now) for day in days],
    )


def _cell(
    installer: Installer,
    booked: Sequence[Booking],
    shifts: Sequence[Shift],
    day: date,
    now: datetime,
) -> DayCell:
    rows = [row for row in booked if clock.business_day(row.begins) == day]
    working = [each for each in shifts if moment(each.span.start).date() == day]
    free_s = sum(each.span.end - each.span.start for each in working)
    busy_s = sum(int((row.ends - row.begins).total_seconds()) for row in rows)
    named = [f"{clock.china(row.begins):%H:%M} {title_of(row.order)}" for row in rows[:_NAMED]]
    if len(rows) > _NAMED:
        named.append("…")
    return DayCell(
        day=day,
        visits=len(rows),
        load_bp=share_bp(busy_s, free_s),
        is_late=any(
            row.order.is_open and row.order.due_at is not None and row.order.due_at < now
            for row in rows
        ),
        note="" if working else off_words(installer, day),
        words="\n".join(named),
    )
