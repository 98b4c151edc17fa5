"""Reads what past days brought: jobs by the day they fell on, and sales by the day of payment."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Min, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, TruncDate

from common import clock
from dispatch.cities import city_of_each_region
from dispatch.demand.series import History, Key
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from network.models import OrgUnit

LONGEST = 400
"""Days that are looked back: a year with all its holidays and a month."""

Counted = dict[Key, dict["date", int]]


def due_orders(first: date, last: date) -> QuerySet[Any, Any]:
    """Return the orders not cancelled that fall on days, each with its `day` and its `trade`.

    The day is that of the appointment, else of the completion; the trade the first the item needs.
    """
    since, until = clock.day_span(first)[0], clock.day_span(last)[1]
    orders = WorkOrder.objects.filter(cancelled_at=None).annotate(
        at=Coalesce("window_starts_at", "completed_at")
    )
    return orders.filter(at__gte=since, at__lt=until).annotate(
        day=TruncDate(F("at"), tzinfo=clock.CHINA), trade=_trade()
    )


def histories(last: date) -> list[History]:
    """Return the series of the LONGEST days up to `last`, from the first day that brought a job.

    All have the same days; those without a single job are left out. Four queries.
    """
    earliest = last - timedelta(days=LONGEST - 1)
    begun = due_orders(earliest, last).aggregate(first=Min("day"))["first"]
    if begun is None:
        return []
    jobs = jobs_by_day(begun, last)
    sold = _sold(begun, last)
    days = [begun + timedelta(days=n) for n in range((last - begun).days + 1)]
    found = []
    for key in sorted(jobs, key=lambda each: (each.region or 0, each.trade)):
        mine, paid = jobs[key], sold.get(key, {})
        found.append(
            History(
                key,
                tuple(mine.get(day, 0) for day in days),
                tuple(paid.get(day, 0) for day in days),
            )
        )
    return found


def jobs_by_day(first: date, last: date, *, unit: OrgUnit | None = None) -> Counted:
    """Return the jobs of days by series; of one unit alone when it is given."""
    orders = due_orders(first, last)
    if unit is not None:
        orders = orders.filter(served_by=unit)
    rows = orders.order_by().values_list("site_region", "trade", "day").annotate(n=Count("pk"))
    return _summed(list(rows), city_of_each_region())


def _sold(first: date, last: date) -> Counted:
    """Pieces of services paid for in shops, by the city and the trade of the order they opened."""
    since, until = clock.day_span(first)[0], clock.day_span(last)[1]
    paid = WorkOrder.objects.filter(cancelled_at=None).annotate(
        at=Coalesce("line__order__paid_at", "line__order__placed_at")
    )
    rows = (
        paid.filter(at__gte=since, at__lt=until)
        .annotate(day=TruncDate(F("at"), tzinfo=clock.CHINA), trade=_trade())
        .order_by()
        .values_list("site_region", "trade", "day")
        .annotate(n=Sum("quantity"))
    )
    return _summed(list(rows), city_of_each_region())


def _summed(rows: Sequence[tuple[Any, ...]], cities: Mapping[int, int]) -> Counted:
    found: Counted = defaultdict(dict)
    for region, trade, day, n in rows:
        key = Key(cities.get(region), str(trade or ""))
        found[key][day] = found[key].get(day, 0) + n
    return found


def _trade() -> KeyTextTransform:
    first = KeyTransform("0", KeyTransform("skills", "item_version__body"))
    return KeyTextTransform("skill", first)
