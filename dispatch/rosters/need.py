"""How much work is expected on a day, and how many people that takes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from common import clock
from dispatch.demand.history import due_orders, jobs_by_day
from dispatch.demand.reading import foretold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from dispatch.demand.series import Key
    from dispatch.models import RosterRule
    from network.models import OrgUnit

SHARE_DAYS = 56
"""Over so many days a unit's share of a city's jobs is counted."""


def expected_jobs(unit: OrgUnit, day: date) -> int:
    """Return how many jobs a unit can expect on a day, rounded up."""
    return expected_week(unit, [day])[day]


def expected_week(unit: OrgUnit, days: Sequence[date]) -> Mapping[date, int]:
    """Return the jobs expected on each of some days; the same few queries for any number.

    That is the unit's share of what is foretold for each city and trade it served in the last eight
    weeks. A day to which customers have already agreed more counts with those.
    """
    foreseen = foretold(days)
    shares = _shares(unit) if foreseen else {}
    agreed = Counter(
        due_orders(min(days), max(days)).filter(served_by=unit).values_list("day", flat=True)
    )
    return {day: max(agreed[day], _rounded_up(foreseen.get(day, {}), shares)) for day in days}


def people_for(jobs: int, rule: RosterRule) -> tuple[int, int]:
    """Return (early, late) people for so many jobs by the company's rule."""
    people = -(-jobs // rule.jobs_per_shift)
    late = people * rule.late_bp // 10_000
    return people - late, late


def _rounded_up(of_day: Mapping[Key, int], shares: Mapping[Key, tuple[int, int]]) -> int:
    """Tenths of jobs of each series by the unit's share of it, summed and rounded up to jobs."""
    hundredths = sum(
        10 * of_day[key] * mine // every for key, (mine, every) in shares.items() if key in of_day
    )
    return -(-hundredths // 100)


def _shares(unit: OrgUnit) -> dict[Key, tuple[int, int]]:
    """By series how many of its jobs the unit served, and how many there were that anybody did."""
    last = clock.business_day() - timedelta(days=1)
    first = last - timedelta(days=SHARE_DAYS - 1)
    mine = jobs_by_day(first, last, unit=unit)
    every = jobs_by_day(first, last) if mine else {}
    return {key: (sum(days.values()), sum(every[key].values())) for key, days in mine.items()}
