"""What speaks against a visit at an exact time, said before it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.formatting import window
from dispatch.bookings import bookings, clash_words
from dispatch.engine.online import NEVER_WITHOUT
from dispatch.facts import moment
from dispatch.models import Assignment
from dispatch.rosters.hours import shifts_of
from dispatch.services.candidates import candidate_for, moved_stops
from dispatch.services.slots import gap_from, visit_length
from workorders.flow import Meaning

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import Installer
    from dispatch.services.candidates import Ranked
    from workorders.models import WorkOrder

STEP = timedelta(minutes=15)
"""Visits are put at quarters of an hour."""


@dataclass(frozen=True, slots=True)
class Placing:
    """An order at a time of somebody's day with what speaks against it.

    `forbidden` is empty or why nobody may decide it; `free_from` then is a time that would do.
    """

    order: WorkOrder
    installer: Installer
    begins: datetime
    ends: datetime
    doubts: tuple[str, ...]
    forbidden: str
    free_from: datetime | None
    breaks_window: bool
    needs_reason: bool

    @property
    def mark(self) -> str:
        """Names what was looked at: a decision counts for this person and time only."""
        return f"{self.installer.pk}|{int(self.begins.timestamp())}"

    @property
    def is_plain(self) -> bool:
        """Whether nothing has to be asked."""
        return not self.doubts and not self.forbidden and not self.needs_reason


def placing_of(*, order: WorkOrder, installer: Installer, start_at: datetime) -> Placing:
    """Look at the order as a visit of the installer that begins at `start_at` (aware)."""
    answer = candidate_for(order=order, installer_id=installer.pk, start_at=start_at)
    length = visit_length(answer.service_s)
    ends = start_at + length
    forbidden, doubts = _rules(answer, start_at)
    free_from = None
    if not forbidden and not answer.is_feasible:
        taken = _taken(order, answer.installer, start_at, ends)
        if taken:
            forbidden = taken
            free_from = gap_from(answer.installer, wanted=start_at, order=order, length=length)
    doubts += _moved(answer)
    breaks = _breaks_window(order, start_at)
    if breaks:
        agreed = window(order.window_starts_at, order.window_ends_at, now=clock.now())
        doubts.insert(0, _("The customer was promised %(window)s: call first") % {"window": agreed})
    if start_at < clock.now() - STEP:
        doubts.insert(0, _("This time has passed"))
    is_others = order.meaning != Meaning.WAITING.value and order.installer_id != installer.pk
    return Placing(
        order=order,
        installer=answer.installer,
        begins=start_at,
        ends=ends,
        doubts=tuple(doubts),
        forbidden=forbidden,
        free_from=free_from,
        breaks_window=breaks,
        needs_reason=is_others,
    )


def first_time(*, order: WorkOrder, installer: Installer, day: date) -> datetime:
    """A quarter of an hour on a Chinese day to propose: where it fits, else the first free one."""
    answer = candidate_for(order=order, installer_id=installer.pk, day=day)
    if answer.start_at is not None:
        return to_step(clock.china(answer.start_at))
    working = shifts_of([answer.installer], [day])[answer.installer.pk]
    opens = moment(working[0].span.start) if working else _nine(day)
    wanted = to_step(max(opens, clock.now()) if clock.business_day() == day else opens)
    length = visit_length(answer.service_s)
    return to_step(gap_from(installer, wanted=wanted, order=order, length=length))


def _nine(day: date) -> datetime:
    return clock.china(clock.day_span(day)[0]) + timedelta(hours=9)


def to_step(at: datetime) -> datetime:
    """The next quarter of an hour that is not before `at`."""
    late = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at if not late else at - late + STEP


def _rules(answer: Ranked, start_at: datetime) -> tuple[str, list[str]]:
    """Return what forbids it, and what only speaks against it."""
    fail = answer.candidate.hard_fail
    if fail is None:
        return "", []
    sentence = "；".join(each.words for each in answer.reasons)
    if fail in NEVER_WITHOUT:
        name = {"name": answer.installer.user.display_name, "reason": sentence}
        return _("%(name)s cannot be sent: %(reason)s") % name, []
    if fail == "window":
        time = f"{clock.china(start_at):%H:%M}"
        sentence = _("Way and work do not fit from %(time)s on") % {"time": time}
    return "", [sentence]


def _taken(order: WorkOrder, installer: Installer, begins: datetime, ends: datetime) -> str:
    """Which visits of their own stand there, empty for none; two at a time nobody can promise."""
    days = [clock.business_day(begins), clock.business_day(ends)]
    rows = bookings([installer.pk], days, without=order.pk).get(installer.pk, ())
    found = [row for row in rows if row.active and not row.lead and row.overlaps(begins, ends)]
    if not found:
        return ""
    name = {"name": installer.user.display_name, "times": clash_words(found)}
    return _("%(name)s is booked then: %(times)s") % name


def _moved(answer: Ranked) -> list[str]:
    """Which visits of the same person would begin at another time than they are booked for."""
    moved = {each.stop.job_id: moment(each.start) for each in moved_stops(answer.candidate)}
    if not answer.is_feasible or not moved:
        return []
    rows = Assignment.objects.filter(work_order__in=moved, active=True).select_related("work_order")
    return [
        _("%(number)s would move from %(from)s to %(to)s")
        % {
            "number": row.work_order.number,
            "from": f"{clock.china(row.span.lower):%H:%M}",
            "to": f"{clock.china(moved[row.work_order_id]):%H:%M}",
        }
        for row in rows.order_by("span")
    ]


def _breaks_window(order: WorkOrder, start_at: datetime) -> bool:
    begins, ends = order.window_starts_at, order.window_ends_at
    return begins is not None and ends is not None and not begins <= start_at < ends
