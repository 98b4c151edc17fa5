"""Somebody's own week on the phone: shifts in force, leave asked for, wishes, visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts.models import Installer
from common import clock
from common.workdays import day_kind
from dispatch.bookings import bookings
from dispatch.facts import moment, people
from dispatch.rosters.hours import published_weeks, shifts_of
from dispatch.rosters.leave_reading import own_leave_requests
from dispatch.rosters.reading import away_between, shifts_between, week_days, wishes_between

if TYPE_CHECKING:
    from datetime import date, datetime

    from dispatch.models import LeaveRequest, RosterShift

_REQUESTS = 5


@dataclass(frozen=True, slots=True)
class MyDay:
    """A day: shifts of the roster, or the usual hours where there is none; visits booked on it."""

    day: date
    kind: str
    shifts: list[RosterShift]
    usual: list[tuple[datetime, datetime]]
    is_away: bool
    wish: str
    visits: int
    is_ahead: bool

    @property
    def is_free(self) -> bool:
        """Whether nothing is to be done on this day."""
        return not (self.shifts or self.usual or self.is_away)


@dataclass(frozen=True, slots=True)
class MyWeek:
    """A week of one installer."""

    monday: date
    days: list[MyDay]
    is_published: bool
    requests: list[LeaveRequest]

    @property
    def ahead(self) -> list[MyDay]:
        """The days somebody may still wish something for."""
        return [each for each in self.days if each.is_ahead and not each.is_away]

    @property
    def before(self) -> str:
        """The Monday before."""
        return (self.monday - timedelta(days=7)).isoformat()

    @property
    def after(self) -> str:
        """The Monday after."""
        return (self.monday + timedelta(days=7)).isoformat()

    @property
    def last(self) -> date:
        """The Sunday."""
        return self.monday + timedelta(days=6)


def week_on_phone(*, installer: Installer, monday: date, today: date) -> MyWeek:
    """Return somebody's own week."""
    days = week_days(monday)
    is_published = bool(published_weeks([installer.outlet_id], days))
    rows = shifts_between([installer.pk], days[0], days[-1], published=True)
    own = people(Installer.objects.filter(pk=installer.pk)).get()
    away = away_between([installer.pk], days[0], days[-1]).get(installer.pk, [])
    wishes = wishes_between([installer.pk], days[0], days[-1])
    booked = bookings([installer.pk], days).get(installer.pk, [])
    usual = [] if is_published else list(shifts_of([own], days)[installer.pk])
    found = [
        MyDay(
            day=day,
            kind=day_kind(day),
            shifts=[row for row in rows if row.day == day],
            usual=[
                (moment(each.span.start), moment(each.span.end))
                for each in usual
                if moment(each.span.start).date() == day
            ],
            is_away=any(first <= day <= last for first, last in away),
            wish=wishes.get((installer.pk, day), ""),
            visits=sum(clock.business_day(row.begins) == day for row in booked),
            is_ahead=day > today,
        )
        for day in days
    ]
    asked = list(own_leave_requests(installer=installer)[:_REQUESTS])
    return MyWeek(monday, found, is_published, asked)
