"""Whom a step of a rule reaches, of the people the engine lets do an order."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, ExpressionWrapper, F, fields

from common import clock
from dispatch.bookings import bookings
from dispatch.engine.travel import Travel
from dispatch.facts import point_of
from dispatch.rosters.hours import on_call_people
from dispatch.services.offers import within
from dispatch.ways.steps import Whom
from network.geo import haversine_m
from workorders.flow import Meaning
from workorders.models import WorkOrder
from workorders.percentiles import Percentile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dispatch.bookings import Booking
    from dispatch.services.candidates import Ranked
    from dispatch.ways.steps import Step
    from network.geo import Point

HISTORY = timedelta(days=90)
FEWEST = 5
"""An outlet with fewer finished orders has no response time one could rely on."""
_UNDER_WAY = (Meaning.EN_ROUTE.value, Meaning.ON_SITE.value)
_FAR_M = 1 << 30


def reached(order: WorkOrder, ranking: Sequence[Ranked], step: Step) -> list[Ranked]:
    """Return those of the ranking a step reaches, the best first; nobody a hard rule forbids."""
    able = [each for each in ranking if each.is_feasible]
    if step.whom == Whom.NEAR:
        return within(able, step.km * 1000)
    if step.whom == Whom.FREE:
        return free_now(order, able, metres=step.km * 1000)
    if step.whom == Whom.OUTLET:
        return nearest_outlet(order, able)
    if step.whom == Whom.ON_CALL:
        return on_call_now(able)
    if step.whom == Whom.FASTEST:
        return fastest_outlet(order, able)
    return able


def on_call_now(able: Sequence[Ranked]) -> list[Ranked]:
    """Return who of the able is on call at this moment, the best first."""
    ready = on_call_people({each.installer.outlet_id for each in able}, clock.now())
    return [each for each in able if each.installer.pk in ready]


def nearest_outlet(order: WorkOrder, able: Sequence[Ranked]) -> list[Ranked]:
    """Return the able people of the outlet nearest to the site that has any."""
    site = point_of(order.address)

    def metres(each: Ranked) -> tuple[int, int]:
        at = each.worker.outlet_point
        known = site is not None and at is not None
        return (haversine_m(at, site) if known else _FAR_M, each.worker.outlet_id)  # type: ignore[arg-type]  # known

    if not able:
        return []
    first = min(able, key=metres).worker.outlet_id
    return [each for each in able if each.worker.outlet_id == first]


def free_now(order: WorkOrder, able: Sequence[Ranked], *, metres: int) -> list[Ranked]:
    """Return who has no visit at this moment and is near, the nearest first.

    Near counts from the last visit of today, else from home; an unknown place is not near.
    """
    site, now = point_of(order.address), clock.now()
    if site is None:
        return []
    days = bookings([each.pk for each in able], [clock.business_day(now)], without=order.pk)
    travel, found = Travel(), []
    for each in able:
        rows = days.get(each.pk, ())
        place = _last_place(each, rows)
        if place is None or any(_keeps(row) for row in rows):
            continue
        way = travel.metres(place, site)
        if way <= metres:
            found.append((way, each.pk, each))
    return [each for _way, _pk, each in sorted(found, key=lambda row: row[:2])]


def _keeps(row: Booking) -> bool:
    """Whether a visit keeps somebody busy now: by its time, or because it is not over yet."""
    now = clock.now()
    return row.active and (row.begins <= now < row.ends or row.order.meaning in _UNDER_WAY)


def _last_place(each: Ranked, rows: Sequence[Booking]) -> Point | None:
    now, place = clock.now(), each.home
    for row in rows:
        if row.ends <= now:
            place = point_of(row.order.address) or place
    return place


def fastest_outlet(order: WorkOrder, able: Sequence[Ranked]) -> list[Ranked]:
    """Return the able people of the outlet that begins such work soonest after it was given.

    Outlets without a history come last; where nobody has one everybody is reached.
    """
    medians = response_times(order, {each.worker.outlet_id for each in able})
    if not medians:
        return list(able)
    best = min(medians, key=lambda outlet: (medians[outlet], outlet))
    return [each for each in able if each.worker.outlet_id == best]


def response_times(order: WorkOrder, outlets: set[int]) -> Mapping[int, timedelta]:
    """Return the median time from assignment to arrival by outlet, of the order's trade; one query."""
    done = WorkOrder.objects.filter(
        served_by__in=outlets,
        item_version__item__industry=order.item_version.item.industry,
        started_at__gte=clock.now() - HISTORY,
        assigned_at__lte=F("started_at"),
        completed_at__isnull=False,
    )
    took = ExpressionWrapper(F("started_at") - F("assigned_at"), fields.DurationField())
    rows = (
        done.order_by()
        .values("served_by")
        .annotate(n=Count("pk"), middle=Percentile(took, share=0.5))
    )
    return {row["served_by"]: row["middle"] for row in rows if row["n"] >= FEWEST}


def refusals(ranking: Sequence[Ranked]) -> str:
    """Return why nobody can, the most frequent reasons first: "…（3）；…（1）"."""
    found = Counter(
        each.reasons[0].words for each in ranking if not each.is_feasible and each.reasons
    )
    return "；".join(f"{words}（{count}）" for words, count in found.most_common(3))
