"""The rules of rest as plain arithmetic: what one person's shifts break, whoever planned them."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """Minutes of rest between two shifts, days in a row, minutes of work in a week (Mon–Sun)."""

    rest_min: int = 660
    days_in_row: int = 6
    week_min: int = 2880


@dataclass(frozen=True, slots=True)
class Worked:
    """A shift: the day it counts for, when it begins and ends (aware), minutes without the pause."""

    day: date
    begins: datetime
    ends: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule: overlap, rest, row or week; `day` is the day of the shift that breaks it.

    `amount` is what there is against the limit: minutes of rest, days in a row, minutes a week.
    """

    code: str
    day: date
    amount: int


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def faults(worked: Sequence[Worked], limits: Limits) -> list[Fault]:
    """Return every rule these shifts of one person break, in order of the days."""
    ordered = sorted(worked, key=lambda each: (each.begins, each.ends))
    found = [*_close(ordered, limits), *_rows(ordered, limits), *_weeks(ordered, limits)]
    return sorted(found, key=lambda each: (each.day, each.code))


def _close(ordered: Sequence[Worked], limits: Limits) -> Iterator[Fault]:
    for before, after in itertools.pairwise(ordered):
        rest = (after.begins - before.ends) // timedelta(minutes=1)
        if rest < 0:
            yield Fault("overlap", after.day, -rest)
        # Two parts of one day's work are a divided shift; its pause is no rest.
        elif rest < limits.rest_min and before.day != after.day:
            yield Fault("rest", after.day, rest)


def _rows(ordered: Sequence[Worked], limits: Limits) -> Iterator[Fault]:
    days = sorted({each.day for each in ordered})
    run = 0
    for n, day in enumerate(days):
        run = run + 1 if n and days[n - 1] == day - timedelta(days=1) else 1
        if run > limits.days_in_row:
            yield Fault("row", day, run)


def _weeks(ordered: Sequence[Worked], limits: Limits) -> Iterator[Fault]:
    minutes: dict[date, int] = defaultdict(int)
    for each in ordered:
        monday = monday_of(each.day)
        before = minutes[monday]
        minutes[monday] += each.minutes
        if before <= limits.week_min < minutes[monday]:
            yield Fault(
                "week", each.day, sum(o.minutes for o in ordered if monday_of(o.day) == monday)
            )
