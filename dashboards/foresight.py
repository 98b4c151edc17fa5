"""What a month will cost by the pace of the last weeks, and how wrong that was before.

Plain arithmetic: what is spent, and for each day to come the average of the same weekday over the
last four weeks. The same sum made on the same day of earlier months, held against what they cost
in the end, is the error that is shown beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from settlement.engine.money import share_fen

WEEKS = 4
MONTHS_TESTED = 3
WHOLE_BP = 10_000
Daily = Mapping[date, int]
"""Fen by day; a day that is not there cost nothing."""


@dataclass(frozen=True, slots=True)
class Foresight:
    """A month's cost as foreseen; `error_bp` is the mean error of earlier months, None: untested."""

    spent_fen: int
    foreseen_fen: int
    error_bp: int | None
    tested: int
    used_up_on: date | None

    @property
    def high_fen(self) -> int:
        """The cost if the method is as wrong as it was, to the dear side."""
        return self.foreseen_fen + share_fen(self.foreseen_fen, self.error_bp or 0, WHOLE_BP)


def foresee(
    daily: Daily, *, month: date, today: date, budget_fen: int, first: date | None = None
) -> Foresight | None:
    """Return what a month (its first day) will cost; None while there is no whole week of history.

    `today` is not over and counts as a day to come; `first` is the first day anything is known of.
    """
    first = first or min(daily, default=today)
    made = _foreseen(daily, month, today, first)
    if made is None:
        return None
    spent, running, used_up = 0, 0, None
    for day, fen in made.items():
        spent += fen if day < today else 0
        running += fen
        if used_up is None and running > budget_fen:
            used_up = day
    errors = [
        error
        for back in range(1, MONTHS_TESTED + 1)
        if (error := _error(daily, month, today, back, first)) is not None
    ]
    mean = share_fen(sum(errors), 1, len(errors)) if errors else None
    return Foresight(spent, running, mean, len(errors), used_up)


def _foreseen(daily: Daily, month: date, today: date, first: date) -> dict[date, int] | None:
    """Each day of the month: known before today, the average of its weekday from then on."""
    weeks = min(WEEKS, (today - first).days // 7)
    if weeks < 1:
        return None
    sums = [0] * 7
    for back in range(1, weeks * 7 + 1):
        day = today - timedelta(days=back)
        sums[day.weekday()] += daily.get(day, 0)
    return {
        day: daily.get(day, 0) if day < today else share_fen(sums[day.weekday()], 1, weeks)
        for day in days_of(month)
    }


def _error(daily: Daily, month: date, today: date, back: int, first: date) -> int | None:
    """How far off the method was `back` months ago, in basis points; None: not known."""
    then_month, then = months_before(month, back), months_before(today, back)
    last = days_of(then_month)[-1]
    if last >= today or then_month < first:
        return None
    known = {day: fen for day, fen in daily.items() if day < then}
    made = _foreseen(known, then_month, then, first)
    actual = sum(daily.get(day, 0) for day in days_of(then_month))
    if made is None or actual <= 0:
        return None
    return share_fen(abs(sum(made.values()) - actual), WHOLE_BP, actual)


def days_of(month: date) -> list[date]:
    """Return the days of a calendar month."""
    following = (month + timedelta(days=31)).replace(day=1)
    return [month + timedelta(days=n) for n in range((following - month).days)]


def months_before(day: date, months: int) -> date:
    """Return the same day some months ago; the month's last day where it has no such day."""
    for _month in range(months):
        before = day.replace(day=1) - timedelta(days=1)
        day = before.replace(day=min(day.day, before.day))
    return day
