"""What is known of a day some days before: level, weekday, momentum, sales, and kind of day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dispatch.demand.series import USUAL_WEEKS, weekday_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dispatch.demand.series import History

    Numbers = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

_LONG, _SHORT = 28, 7
_SOFT = 0.3
"""Jobs added above and below a ratio, so that days without any have one."""


class Calendar(NamedTuple):
    """Of each day: its weekday, whether it is a public holiday, and a weekend day worked for one."""

    weekday: Numbers
    holiday: Numbers
    worked: Numbers


class Rows(NamedTuple):
    """Days as the regression sees them; `level` is the mean of the four weeks known before."""

    at: Numbers
    x: Numbers
    level: Numbers


def calendar(weekdays: Sequence[int], kinds: Sequence[str]) -> Calendar:
    """Read weekdays (Monday 0) and kinds (workday, rest, holiday) of days in a row."""
    weekday = np.asarray(weekdays, dtype=np.float64)
    holiday = np.asarray([kind == "holiday" for kind in kinds], dtype=np.float64)
    workday = np.asarray([kind == "workday" for kind in kinds], dtype=np.float64)
    return Calendar(weekday, holiday, workday * (weekday >= 5))


def first_row(lead: int) -> int:
    """The first day of a history of which everything is known `lead` days before."""
    return max(lead + _LONG - 1, weekday_back(lead) + 7 * (USUAL_WEEKS - 1))


def rows_of(history: History, at: Sequence[int], lead: int, days: Calendar) -> Rows:
    """Return the days `at` (counted from the first of the history) as seen `lead` days before.

    Days beyond the history are the ones foretold; `days` has to reach them. What public holidays
    brought is left out of means: it says nothing of ordinary days.
    """
    when = np.asarray(at, dtype=np.int64)
    jobs = np.asarray(history.jobs, dtype=np.float64)
    sold = np.asarray(history.sold, dtype=np.float64)
    plain = 1 - days.holiday[: len(jobs)]
    known = when - lead
    level = _mean(jobs, plain, known, _LONG)
    same = when[:, None] - weekday_back(lead) - 7 * np.arange(USUAL_WEEKS)
    counted = plain[same].sum(axis=1)
    usual = np.where(
        counted > 0, (jobs[same] * plain[same]).sum(axis=1) / np.maximum(counted, 1), level
    )
    every = np.ones_like(plain)
    columns = [
        np.ones(len(when)),
        _ratio(usual, level),
        _ratio(jobs[same[:, 0]], level),
        _ratio(_mean(jobs, plain, known, _SHORT), level),
        _ratio(_mean(sold, every, known, _SHORT), _mean(sold, every, known, _LONG)),
        *(days.weekday[when] == n for n in range(1, 7)),
        days.holiday[when],
        days.worked[when],
    ]
    return Rows(when.astype(np.float64), np.column_stack(columns).astype(np.float64), level)


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    found: Numbers = np.log((above + _SOFT) / (below + _SOFT))
    return found


def _mean(values: Numbers, counts: Numbers, last: np.ndarray, width: int) -> Numbers:
    """The mean over `width` days up to and with `last`, of those days that count."""
    sums = np.concatenate([[0.0], np.cumsum(values * counts)])
    days = np.concatenate([[0.0], np.cumsum(counts)])
    found = days[last + 1] - days[last + 1 - width]
    mean: Numbers = (sums[last + 1] - sums[last + 1 - width]) / np.maximum(found, 1)
    return mean
