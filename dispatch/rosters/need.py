"""How much work is expected on a day, and how many people that takes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Coalesce, TruncDate

from common import clock
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from dispatch.models import RosterRule
    from network.models import OrgUnit

WEEKS = 4
"""The same weekday of so many weeks before is what a day is expected to be like."""


def expected_jobs(unit: OrgUnit, day: date) -> int:
    """Return how many jobs a unit can expect on a day, rounded up."""
    return expected_week(unit, [day])[day]


def expected_week(unit: OrgUnit, days: Sequence[date]) -> Mapping[date, int]:
    """Return the jobs expected on each of some days; one query.

    That is the mean of the same weekday of the last four weeks before today: orders the unit served
    by the day of their appointment, else of their completion. A day to which customers have already
    agreed more counts with those.
    """
    today = clock.business_day()
    behind = {day: _same_days_before(day, today) for day in days}
    first = min([*(min(before) for before in behind.values()), *days])
    since, until = clock.day_span(first)[0], clock.day_span(max([*days, today]))[1]
    at = Coalesce("window_starts_at", "completed_at")
    orders = WorkOrder.objects.filter(served_by=unit, cancelled_at=None).annotate(at=at)
    rows = orders.filter(at__gte=since, at__lt=until).annotate(
        day=TruncDate(F("at"), tzinfo=clock.CHINA)
    )
    counted = Counter(rows.values_list("day", flat=True))
    return {
        day: max(-(-sum(counted[each] for each in before) // WEEKS), counted[day])
        for day, before in behind.items()
    }


def people_for(jobs: int, rule: RosterRule) -> tuple[int, int]:
    """Return (early, late) people for so many jobs by the company's rule."""
    people = -(-jobs // rule.jobs_per_shift)
    late = people * rule.late_bp // 10_000
    return people - late, late


def _same_days_before(day: date, today: date) -> list[date]:
    last = day - timedelta(days=7)
    while last >= today:
        last -= timedelta(days=7)
    return [last - timedelta(days=7 * n) for n in range(WEEKS)]
