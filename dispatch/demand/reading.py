"""Questions about the forecast in force."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from dispatch.demand.series import Key
from dispatch.models import DemandDay, DemandNight, DemandSeries
from network.selectors import visible_regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from accounts.models import User

_WEEK = timedelta(days=7)


def last_night() -> DemandNight | None:
    """Return when the forecast in force was made; None before the first night."""
    return DemandNight.objects.filter(pk=1).first()


def visible_series(*, actor: User) -> QuerySet[DemandSeries]:
    """Return the series of the cities somebody may look at; unplaced ones are headquarters'."""
    rows = DemandSeries.objects.select_related("region")
    if actor.sees_everything:
        return rows
    return rows.filter(region__in=visible_regions(actor=actor).order_by().values("pk"))


def foretold(days: Iterable[date]) -> Mapping[date, Mapping[Key, int]]:
    """Return tenths of jobs by day and series; two queries.

    A day beyond what was foretold is as the same weekday of its last week; nothing was foretold
    before the first night.
    """
    wanted = list(days)
    newest = DemandDay.objects.order_by("-day").values_list("day", flat=True).first()
    if newest is None or not wanted:
        return {}
    stands = {day: _within(day, newest) for day in wanted}
    rows = DemandDay.objects.filter(day__in=set(stands.values())).values_list(
        "day", "series__region", "series__trade", "jobs_x10"
    )
    found: dict[date, dict[Key, int]] = defaultdict(dict)
    for day, region, trade, jobs_x10 in rows:
        found[day][Key(region, trade)] = jobs_x10
    return {day: found[stand] for day, stand in stands.items()}


def _within(day: date, newest: date) -> date:
    weeks = max(0, -(-(day - newest) // _WEEK))
    return day - weeks * _WEEK
