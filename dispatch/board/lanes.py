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
from dispatch.board.scale import FIRST_HOUR, LAST_HOUR, NARROWEST, Scale, Stretch
from dispatch.board.stamps import stamp_of
from dispatch.bookings import bookings, busy_first, span_words
from dispatch.facts import people, point_of
from dispatch.roads import learned_roads
from dispatch.rosters.hours import shifts_of
from dispatch.rosters.reading import duties
from dispatch.selectors import dispatchable_installers
from workorders.flow import Meaning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Installer, User
    from dispatch.board.filters import BoardFilter
    from dispatch.bookings import Booking
    from dispatch.engine.facts import Shift
    from dispatch.roads import Roads
    from workorders.models import WorkOrder

LANES = 40
_SHORT = 9.0
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
    held_by: int

    @property
    def may_move(self) -> bool:
        """Whether it can be put elsewhere: a visit of their own that has not begun."""
        return not self.helps and self.order.meaning == Meaning.ASSIGNED.value

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
        return self.width < NARROWEST

    @property
    def is_short(self) -> bool:
        """Too narrow for words."""
        return self.width < _SHORT


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

    @property
    def hour_span(self) -> tuple[int, int]:
        """The first hour shown and the one the day ends with."""
        return FIRST_HOUR, LAST_HOUR


def day_lanes(*, actor: User, chosen: BoardFilter) -> Lanes:
    """Return the chosen page of lanes; the number of queries does not depend on how many."""
    found = chosen.people(dispatchable_installers(actor=actor))
    # Who has something to do stands first; a board of empty lanes tells nobody anything.
    ordered = people(found).order_by(busy_first(chosen.day), "outlet__name", "number", "pk")
    page = Paginator(ordered, LANES).get_page(chosen.page)
    installers = list(page.object_list)
    booked = bookings([each.pk for each in installers], [chosen.day])
    scale, now = Scale(chosen.day), clock.now()
    roads = learned_roads()
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


def trades_of(installer: Installer) -> str:
    """The first two trades somebody knows."""
    return "、".join(held.skill.name for held in installer.skills.all()[:2])


def share_bp(busy_s: int, free_s: int) -> int:
    """The booked share of the working time in basis points, at most all of it."""
    return min(FULL_BP, busy_s * FULL_BP // free_s) if free_s else 0


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
    roads: Roads,
    now: datetime,
) -> Lane:
    day = scale.start.date()
    free_s = sum(each.span.end - each.span.start for each in working)
    busy_s = sum(int((row.ends - row.begins).total_seconds()) for row in booked)
    return Lane(
        installer=installer,
        trades=trades_of(installer),
        load_bp=share_bp(busy_s, free_s),
        note="" if working else off_words(installer, day),
        duty=duty,
        blocks=[_block(row, installer, booked, scale, now) for row in booked],
        travels=_travels(booked, scale, roads),
    )


def off_words(installer: Installer, day: date) -> str:
    """Why somebody does not work on a day."""
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
        held_by=installer.pk,
    )


def _travels(booked: Sequence[Booking], scale: Scale, roads: Roads) -> list[Stretch]:
    """The way before each visit, as far as there is a gap to show it in."""
    found = []
    for before, after in itertools.pairwise(booked):
        here, there = point_of(before.order.address), point_of(after.order.address)
        if here is None or there is None:
            continue
        way = timedelta(seconds=roads.around(after.order.site_region).seconds(here, there))
        begins = max(before.ends, after.begins - way)
        if begins < after.begins:
            found.append(scale.stretch(begins, after.begins))
    return found
