"""Weeks, months and quarters that figures are summed over, as plain calendar days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)


class Kind(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


_MONTHS = {Kind.MONTH: 1, Kind.QUARTER: 3}


@dataclass(frozen=True, slots=True)
class Period:
    """A period by its kind, with its first and last day."""

    kind: Kind
    first: date
    last: date

    def before(self) -> Period:
        """Return the period just before."""
        return period_of(self.kind, self.first - _DAY)

    def after(self) -> Period:
        """Return the period just after."""
        return period_of(self.kind, self.last + _DAY)

    def until(self, today: date) -> Period:
        """Return the part of the period that is not in the future; at least its first day."""
        return Period(self.kind, self.first, max(self.first, min(self.last, today)))

    def compared(self, today: date) -> Period:
        """Return the same stretch of the period before, so that a running month compares fairly.

        A month that is over is compared with the whole month before, however long each is.
        """
        before = self.before()
        if today >= self.last:
            return before
        days = self.until(today).last - self.first
        return Period(self.kind, before.first, min(before.last, before.first + days))


def period_of(kind: Kind, day: date) -> Period:
    """Return the period a day lies in; weeks begin on Monday."""
    if kind is Kind.WEEK:
        first = day - timedelta(days=day.weekday())
        return Period(kind, first, first + timedelta(days=6))
    months = _MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    behind = first.year * 12 + first.month - 1 + months
    return Period(kind, first, date(behind // 12, behind % 12 + 1, 1) - _DAY)


def last_days(count: int, until: date) -> list[date]:
    """Return the last days up to and including one, oldest first."""
    return [until - timedelta(days=back) for back in range(count - 1, -1, -1)]
