"""What a forecast is made from and what it says, as plain values without a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

HORIZON = 21
"""Days a forecast reaches, the first being the day after the last full one: three whole weeks."""
TRIED_DAYS = 28
"""The last days on which a forecast is held against what came."""
TRIED_LEADS = (2, 3, 4)
"""Days ahead that are tried: in the night of a day its tomorrow and the two days after."""
SHORTEST = 84
"""Days of history without which nothing can be learned and tried."""
USUAL_WEEKS = 4


class Method(StrEnum):
    """How the figures of a series came about."""

    LEARNED = "learned"
    LAST_WEEK = "last_week"
    USUAL = "usual"


class Key(NamedTuple):
    """The city (None: unknown) and the trade ("": none) of a series."""

    region: int | None
    trade: str


@dataclass(frozen=True, slots=True)
class History:
    """Jobs done, and service lines sold, on each of some days in a row that all series share."""

    key: Key
    jobs: tuple[int, ...]
    sold: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Errors:
    """By how many tenths of jobs forecasts were off in sum, and last week's same day was."""

    tried: int
    ours_x10: int
    last_week_x10: int

    @property
    def is_better(self) -> bool:
        """Whether the forecast was nearer to what came."""
        return self.tried > 0 and self.ours_x10 < self.last_week_x10


NOT_TRIED = Errors(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The coming HORIZON days of a series in tenths of jobs, as they are to be shown.

    `last_week` is what the latest known same weekday brought, `usual` the mean of four of them.
    `learned` is how far what was learned was off, whether or not it is shown.
    """

    key: Key
    method: Method
    jobs_x10: tuple[int, ...]
    last_week_x10: tuple[int, ...]
    usual_x10: tuple[int, ...]
    learned: Errors


@dataclass(frozen=True, slots=True)
class Prospect:
    """All series from one night, and how far the sum of each city, as shown, was off."""

    last_day: date
    outlooks: tuple[Outlook, ...]
    cities: dict[int | None, Errors]

    @property
    def days(self) -> tuple[date, ...]:
        """The days foretold."""
        return tuple(self.last_day + timedelta(days=n) for n in range(1, HORIZON + 1))


def weekday_back(ahead: int) -> int:
    """Days from a day `ahead` of the last full one back to the latest known same weekday."""
    return 7 * -(-ahead // 7)
