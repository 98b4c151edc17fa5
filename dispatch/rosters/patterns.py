"""The kinds of shift a unit may plan with, and the ones a company usually begins with."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from psycopg.types.range import Range

from common import clock
from dispatch.models import RosterShift, ShiftPattern
from dispatch.rosters.proposing import Kind
from dispatch.rosters.rest import Worked

if TYPE_CHECKING:
    from datetime import date

    from network.models import OrgUnit

_DAY_S = timedelta(days=1)


def patterns_of(unit: OrgUnit) -> list[ShiftPattern]:
    """Return the shifts in use for a unit: its own, those of units above and the company's."""
    above = [int(part) for part in unit.path.split(".") if part]
    return list(ShiftPattern.objects.filter(Q(unit=None) | Q(unit__in=above), is_active=True))


def kind_of(pattern: ShiftPattern) -> Kind:
    """Return a pattern as the proposal knows it."""
    return Kind(
        pattern.pk,
        pattern.starts,
        pattern.ends,
        minutes_of(pattern),
        is_late=pattern.is_late,
        on_call=pattern.on_call,
    )


def minutes_of(pattern: ShiftPattern) -> int:
    """Return the minutes of work of a shift, without its pause; none for being on call."""
    if pattern.on_call:
        return 0
    length = _at(_ANY_DAY, pattern.ends) - _at(_ANY_DAY, pattern.starts)
    length += _DAY_S if length <= timedelta() else timedelta()
    return max(0, length // timedelta(minutes=1) - pattern.pause_min)


def shift_on(pattern: ShiftPattern, day: date) -> RosterShift:
    """Return the unsaved shift of a day: concrete moments, the next day's where it passes midnight."""
    begins = _at(day, pattern.starts)
    ends = _after(begins, pattern.ends)
    pause = None
    if pattern.pause_from and pattern.pause_until and pattern.pause_min:
        pause_begins = _after(begins, pattern.pause_from)
        pause = Range(pause_begins, _after(pause_begins, pattern.pause_until))
    return RosterShift(
        day=day,
        span=Range(begins, ends),
        pause=pause,
        pause_min=pattern.pause_min if pause else 0,
        pattern=pattern,
        on_call=pattern.on_call,
    )


def worked(row: RosterShift) -> Worked:
    """Return a stored shift as the rules of rest know it."""
    length = (row.span.upper - row.span.lower) // timedelta(minutes=1)
    return Worked(row.day, row.span.lower, row.span.upper, max(0, length - row.pause_min))


_ANY_DAY = clock.business_day(datetime(2026, 1, 1, tzinfo=clock.CHINA))


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.CHINA)


def _after(moment: datetime, at: time) -> datetime:
    """The next time a wall clock shows `at` after a moment."""
    found = _at(moment.date(), at)
    return found if found > moment else found + _DAY_S
