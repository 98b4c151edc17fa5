"""Where moments of a day stand on the board, in percent of the hours shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from common import clock

FIRST_HOUR, LAST_HOUR = 8, 20
NARROWEST = 4.0
"""Narrower than this nothing can be read or pressed."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a lane, in percent."""

    left: float
    width: float


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
        left = min(left, 100 - NARROWEST)
        return Stretch(round(left, 3), round(max(right - left, 1.0), 3))
