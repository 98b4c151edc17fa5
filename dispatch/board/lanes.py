"""The day of every installer as a lane of time: visits, the way between them, leave."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from common import clock
from common.templatetags.ui import OVERDUE, STATUS_KINDS
from dispatch.board.pool import title_of
from dispatch.board.stamps import stamp_of
from dispatch.bookings import bookings, busy_first, span_words
from dispatch.engine.travel import Travel
from dispatch.facts import people, point_of
from dispatch.rosters.hours import shifts_of
from dispatch.rosters.reading import duties
from dispatch.selectors import dispatchable_installers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Installer, User
    from dispatch.board.filters import BoardFilter
    from dispatch.bookings import Booking
    from dispatch.engine.facts import Shift
    from workorders.models import WorkOrder

FIRST_HOUR, LAST_HOUR = 8, 20
LANES = 40
_SHORT, _NARROWEST = 9.0, 4.0
FULL_BP = 10_000


@dataclass(frozen=True, slots=True)
class Block:
    """A visit in percent of the day shown; `words` and `place` are its two lines.

    `helps`: the lane is a helper's, `people` names the others who come, `clashes` that this person
    is booked elsewhere at the same time.
    """

    order: WorkOrder
    key: str
    left: float
    width: float
    is_late: bool
    words: str
    place: str
    begins: datetime
    ends: datetime
    helps: bool
    people: str
    clashes: bool

    @property
    def icon(self) -> str:
        """The picture of its status, or of a clash: colour alone says nothing to some."""
        if self.clashes:
            return "alert-triangle"
        if self.helps:
            return "users"
        return OVERDUE.icon if self.is_late else STATUS_KINDS[self.order.meaning].icon

    @property
    def begin(self) -> str:
        """When it begins, as "09:00" of the Chinese clock."""
        return f"{clock.china(self.begins):%H:%M}"

    @property
    def times(self) -> str:
        """When, as "09:00–10:30" of the Chinese clock."""
        return span_words(self.begins, self.ends)

    @property
    def is_narrow(self) -> bool:
        """Too narrow for anything but a picture."""
        return self.width < _NARROWEST

    @property
    def is_short(self) -> bool:
        """Too narrow for words."""
        return self.width < _SHORT


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a lane, in percent."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Lane:
    """An installer's day; `note` says why there is none, `duty` what the roster says of it."""

    installer: Installer
    trades: str
    load_bp: int
    note: str
    duty: str
    blocks: list[Block]
    travels: list[Stretch]

    @property
    def rating(self) -> str:
        """The rating as "4.9", empty for somebody new."""
        return rating_text(self.installer)

    @property
    def load_percent(self) -> int:
        """The booked share of the working time, 0 to 100."""
        return self.load_bp // 100

    @property
    def is_full(self) -> bool:
        """Whether all working time is booked."""
        return self.load_bp >= FULL_BP


@dataclass(frozen=True, slots=True)
class Lanes:
    """A page of lanes of one Chinese calendar day."""

    day: date
    lanes: list[Lane]
    page: Page[Installer]
    hours: list[tuple[str, float]]
    now_at: float | None
    now: datetime
    stamp: str

    @property
    def day_iso(self) -> str:
        """The day as the ghosts name it."""
        return self.day.isoformat()


def day_lanes(*, actor: User, chosen: BoardFilter) -> Lanes:
    """Return the chosen page of lanes; the number of queries does not depend on how many."""
    found = chosen.people(dispatchable_installers(actor=actor))
    # Who has something to do stands first; a board of empty lanes tells nobody anything.
    ordered = people(found).order_by(busy_first(chosen.day), "outlet__name", "number", "pk")
    page = Paginator(ordered, LANES).get_page(chosen.page)
    installers = list(page.object_list)
    booked = bookings([each.pk for each in installers], [chosen.day])
    scale, now = Scale(chosen.day), clock.now()
    roads = Travel()
    working = shifts_of(installers, [chosen.day])
    duty = duties(installers, chosen.day)
    lanes = [
        _lane(
            each,
            booked.get(each.pk, ()),
            working[each.pk],
            duty.get(each.pk, ""),
            scale,
            roads,
            now,
        )
        for each in installers
    ]
    shown = [
        (lane.installer.pk, b.order.pk, b.begins, b.ends, b.order.stage, b.order.due_at, b.people)
        for lane in lanes
        for b in lane.blocks
    ]
    days_off = [(lane.installer.pk, lane.note, lane.duty) for lane in lanes]
    return Lanes(
        day=chosen.day,
        lanes=lanes,
        page=page,
        hours=[(f"{hour}:00", scale.hour(hour)) for hour in range(FIRST_HOUR, LAST_HOUR)],
        now_at=scale.at(now) if scale.covers(now) else None,
        now=now,
        stamp=stamp_of([chosen.day, page.paginator.count, *days_off, *shown]),
    )


class Scale:
    """Percent of the hours shown of one day."""

    def __init__(self, day: date) -> None:
        start = datetime(day.year, day.month, day.day, FIRST_HOUR, tzinfo=clock.CHINA)
        self.start = start
        self.length = timedelta(hours=LAST_HOUR - FIRST_HOUR)

    def covers(self, moment: datetime) -> bool:
        """Whether the moment lies in the hours shown."""
        return self.start <= moment < self.start + self.length

    def at(self, moment: datetime) -> float:
        """Where a moment stands, kept inside 0 and 100."""
        return max(0.0, min(100.0, 100 * ((moment - self.start) / self.length)))

    def hour(self, hour: int) -> float:
        """Where a full hour stands."""
        return 100 * (hour - FIRST_HOUR) / (LAST_HOUR - FIRST_HOUR)

    def stretch(self, begins: datetime, ends: datetime) -> Stretch:
        """A stretch of time; what lies outside the hours shown keeps a sliver at the edge."""
        left, right = self.at(begins), self.at(ends)
        left = min(left, 100 - _NARROWEST)
        return Stretch(round(left, 3), round(max(right - left, 1.0), 3))


def rating_text(installer: Installer) -> str:
    """A rating in tenths as "4.9", empty for somebody new."""
    tenths = installer.rating_x10
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"


def _lane(
    installer: Installer,
    booked: Sequence[Booking],
    working: Sequence[Shift],
    duty: str,
    scale: Scale,
    roads: Travel,
    now: datetime,
) -> Lane:
    day = scale.start.date()
    free_s = sum(each.span.end - each.span.start for each in working)
    busy_s = sum(int((row.ends - row.begins).total_seconds()) for row in booked)
    return Lane(
        installer=installer,
        trades="、".join(held.skill.name for held in installer.skills.all()[:2]),
        load_bp=min(FULL_BP, busy_s * FULL_BP // free_s) if free_s else 0,
        note="" if working else _off(installer, day),
        duty=duty,
        blocks=[_block(row, installer, booked, scale, now) for row in booked],
        travels=_travels(booked, scale, roads),
    )


def _off(installer: Installer, day: date) -> str:
    away = any(each.starts_on <= day <= each.ends_on for each in installer.leaves.all())
    return _("On leave") if away else _("Day off")


def _block(
    row: Booking, installer: Installer, booked: Sequence[Booking], scale: Scale, now: datetime
) -> Block:
    order = row.order
    place = scale.stretch(row.begins, row.ends)
    return Block(
        order=order,
        key=f"{order.number}-{installer.pk}" if row.lead else order.number,
        left=place.left,
        width=place.width,
        is_late=order.is_open and order.due_at is not None and order.due_at < now,
        words=title_of(order),
        place=order.address.district or order.address.city,
        begins=row.begins,
        ends=row.ends,
        helps=bool(row.lead),
        people=row.lead or "、".join(row.helpers),
        clashes=any(row.clashes_with(each) for each in booked),
    )


def _travels(booked: Sequence[Booking], scale: Scale, roads: Travel) -> list[Stretch]:
    """The way before each visit, as far as there is a gap to show it in."""
    found = []
    for before, after in itertools.pairwise(booked):
        here, there = point_of(before.order.address), point_of(after.order.address)
        if here is None or there is None:
            continue
        way = timedelta(seconds=roads.seconds(here, there))
        begins = max(before.ends, after.begins - way)
        if begins < after.begins:
            found.append(scale.stretch(begins, after.begins))
    return found
