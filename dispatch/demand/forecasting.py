"""Foretells the jobs of series of days, and holds the way it does so against last week's same day.

Pure: the same histories give the same forecast. A trade is learned over all its cities at once,
each against its own level; what is shown of a city is what was nearer on the last 28 days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from dispatch.demand.features import Calendar, calendar, first_row, rows_of
from dispatch.demand.fitting import Fitted, fit
from dispatch.demand.series import (
    HORIZON,
    NOT_TRIED,
    SHORTEST,
    TRIED_DAYS,
    TRIED_LEADS,
    USUAL_WEEKS,
    Errors,
    History,
    Key,
    Method,
    Outlook,
    Prospect,
    weekday_back,
)

if TYPE_CHECKING:
    from dispatch.demand.features import Numbers

    Tried = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

_LEADS = (1, 2, 3, 4, 7, 14, 21)
"""Days ahead that are learned; a day in between is foretold as the next farther one is."""
_WEEK = 7


def forecast(
    histories: Sequence[History], last_day: date, kind_of_day: Callable[[date], str]
) -> Prospect:
    """Foretell HORIZON days after `last_day`, the last of every history.

    `kind_of_day` says workday, rest or holiday. Histories shorter than SHORTEST days give the mean
    of the same weekday of the last four weeks, and nothing is claimed of them.
    """
    length = len(histories[0].jobs) if histories else 0
    if length < SHORTEST:
        return Prospect(last_day, tuple(_plain(each, Method.USUAL) for each in histories), {})
    days = _days(last_day, length, kind_of_day)
    by_trade: dict[str, list[History]] = defaultdict(list)
    for each in histories:
        by_trade[each.key.trade].append(each)
    found: dict[Key, Outlook] = {}
    tried: dict[Key, Tried] = {}
    for _trade, group in sorted(by_trade.items()):
        for outlook, shown in _learned(group, length, days):
            found[outlook.key], tried[outlook.key] = outlook, shown
    cities = _by_city(histories, found, tried)
    return Prospect(last_day, tuple(found[each.key] for each in histories), cities)


def _days(last_day: date, length: int, kind_of_day: Callable[[date], str]) -> Calendar:
    first = last_day - timedelta(days=length - 1)
    every = [first + timedelta(days=n) for n in range(length + HORIZON)]
    return calendar([each.weekday() for each in every], [kind_of_day(each) for each in every])


def _plain(history: History, method: Method, learned: Errors = NOT_TRIED) -> Outlook:
    """Last week's same day, or the mean of four of them, as the forecast."""
    last_week, usual = [], []
    length = len(history.jobs)
    for ahead in range(1, HORIZON + 1):
        same = length - 1 + ahead - weekday_back(ahead)
        back = [same - _WEEK * n for n in range(USUAL_WEEKS)]
        last_week.append(10 * (history.jobs[same] if same >= 0 else 0))
        usual.append(10 * sum(history.jobs[at] for at in back if at >= 0) // USUAL_WEEKS)
    shown = usual if method is Method.USUAL else last_week
    return Outlook(history.key, method, tuple(shown), tuple(last_week), tuple(usual), learned)


def _learned(group: Sequence[History], length: int, days: Calendar) -> list[tuple[Outlook, Tried]]:
    """The outlooks of a trade's cities, each with what it would have shown on the days tried."""
    now = {lead: _fit(group, lead, length, days) for lead in _LEADS}
    trial = _trial(group, length, days)
    found = []
    for n, history in enumerate(group):
        naive = _last_week(history, length)
        if trial is None or any(each is None for each in now.values()):
            found.append((_plain(history, Method.LAST_WEEK), naive))
            continue
        errors = _errors(history, length, trial[n], naive)
        plain = _plain(history, Method.LAST_WEEK, errors)
        if not errors.is_better:
            found.append((plain, naive))
            continue
        foretold = _foretold(history, length, days, now)
        found.append((replace(plain, method=Method.LEARNED, jobs_x10=foretold), trial[n]))
    return found


def _fit(group: Sequence[History], lead: int, until: int, days: Calendar) -> Fitted | None:
    """Learn from the days before `until`."""
    at = range(first_row(lead), until)
    rows = [rows_of(each, at, lead, days) for each in group] if at else []
    return fit(rows, [np.asarray(each.jobs, dtype=np.float64)[at.start : until] for each in group])


def _trial(group: Sequence[History], length: int, days: Calendar) -> list[Tried] | None:
    """What would have been foretold for the last days, learned anew each week from what was known."""
    shown: list[Tried] = [np.zeros((len(TRIED_LEADS), TRIED_DAYS)) for _each in group]
    first = length - TRIED_DAYS
    for start in range(first, length, _WEEK):
        for row, lead in enumerate(TRIED_LEADS):
            fitted = _fit(group, lead, start - lead + 1, days)
            if fitted is None:
                return None
            at = range(start, min(start + _WEEK, length))
            for n, history in enumerate(group):
                jobs = fitted.jobs(rows_of(history, at, lead, days))
                shown[n][row, at.start - first : at.stop - first] = jobs
    return shown


def _last_week(history: History, length: int) -> Tried:
    jobs = np.asarray(history.jobs, dtype=np.float64)
    week = jobs[length - TRIED_DAYS - _WEEK : length - _WEEK]
    return np.tile(week, (len(TRIED_LEADS), 1))


def _errors(history: History, length: int, ours: Numbers, naive: Numbers) -> Errors:
    came = np.asarray(history.jobs[length - TRIED_DAYS : length], dtype=np.float64)
    return _off(came, ours, naive)


def _off(came: Numbers, ours: Numbers, naive: Numbers) -> Errors:
    return Errors(
        int(ours.size),
        round(10 * float(np.abs(ours - came).sum())),
        round(10 * float(np.abs(naive - came).sum())),
    )


def _foretold(
    history: History, length: int, days: Calendar, now: Mapping[int, Fitted | None]
) -> tuple[int, ...]:
    found = []
    for ahead in range(1, HORIZON + 1):
        lead = next(each for each in _LEADS if each >= ahead)
        fitted = now[lead]
        at = [length - 1 + ahead]
        rows = rows_of(history, at, lead, days)
        found.append(round(10 * float(fitted.jobs(rows)[0])) if fitted else 0)
    return tuple(found)


def _by_city(
    histories: Sequence[History], found: dict[Key, Outlook], tried: Mapping[Key, Tried]
) -> dict[int | None, Errors]:
    """How far the sum of a city's trades was off as it is shown; a city that gains nothing by it
    shows last week in all of them.
    """
    groups: dict[int | None, list[History]] = defaultdict(list)
    for each in histories:
        groups[each.key.region].append(each)
    errors: dict[int | None, Errors] = {}
    for region, group in groups.items():
        length = len(group[0].jobs)
        came = sum(np.asarray(each.jobs[length - TRIED_DAYS :], dtype=np.float64) for each in group)
        naive = sum(_last_week(each, length) for each in group)
        ours = sum(tried[each.key] for each in group)
        errors[region] = _off(np.asarray(came), np.asarray(ours), np.asarray(naive))
        if not errors[region].is_better:
            for each in group:
                found[each.key] = _plain(each, Method.LAST_WEEK, found[each.key].learned)
    return errors
