"""Learns how fast people get along in each city from trips whose beginning and end are known.

A trip is a stay on the way that ended in a stay on site of the same visit. It began at the visit
before on that day, else at home. Only its time is known, not its road: so the speed over estimated
road metres is learned, and distances, which radius rules go by, stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from statistics import median_low
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from common import clock
from dispatch.cities import city_of_each_region
from dispatch.engine.travel import Travel
from dispatch.models import RoadPace
from network.geo import point_or_none
from workorders.flow import Meaning
from workorders.models import StageStay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from network.geo import Point

DAYS = 28
FEWEST_TRIPS = 30
SLOWEST, FASTEST = 8_000, 80_000
"""Metres an hour; a city outside them has something wrong with its times."""
SHORTEST_M, LONGEST_M = 1_000, 150_000
"""Of road: below, parking outweighs driving; above, nobody drives there from the visit before."""
LONGEST_TRIP = timedelta(hours=4)
_LOOKED_AT = (Meaning.EN_ROUTE.value, Meaning.ON_SITE.value)


@dataclass(frozen=True, slots=True)
class Trip:
    """One way driven: from where to where, in how many seconds, in whose city's traffic."""

    city: int
    begins: Point
    ends: Point
    seconds: int


@transaction.atomic
def learn_roads(*, today: date) -> list[RoadPace]:
    """Learn anew from the four weeks before a Chinese day; return what stands for each city.

    A city with fewer than FEWEST_TRIPS of use has no row afterwards: old trips teach no new roads.
    """
    speeds: dict[int, list[int]] = defaultdict(list)
    cities = city_of_each_region()
    for n in range(1, DAYS + 1):
        for trip in _trips(today - timedelta(days=n), cities):
            speed = speed_of(trip)
            if speed is not None:
                speeds[trip.city].append(speed)
    rows = [
        RoadPace(
            region_id=city,
            metres_per_hour=min(FASTEST, max(SLOWEST, median_low(found))),
            trips=len(found),
            learned_on=today,
        )
        for city, found in sorted(speeds.items())
        if len(found) >= FEWEST_TRIPS
    ]
    RoadPace.objects.exclude(region__in=[row.region_id for row in rows]).delete()
    return RoadPace.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["region"],
        update_fields=["metres_per_hour", "trips", "learned_on"],
    )


def speed_of(trip: Trip) -> int | None:
    """Return metres an hour without the set-up time; None for a trip that teaches nothing."""
    usual = Travel()
    metres = usual.metres(trip.begins, trip.ends)
    driven_s = trip.seconds - usual.setup_s
    if not SHORTEST_M <= metres <= LONGEST_M or driven_s <= 0:
        return None
    return metres * 3600 // driven_s if trip.seconds <= LONGEST_TRIP.total_seconds() else None


def _trips(day: date, cities: Mapping[int, int]) -> Iterator[Trip]:
    """The trips of a day, person by person; one query.

    What a phone told of later is left out: its clock may be wrong. So is what has no place.
    """
    since, until = clock.day_span(day)
    stays = StageStay.objects.filter(
        meaning__in=_LOOKED_AT,
        left_at__gte=since,
        left_at__lt=until,
        entered_at__gte=since,
        installer__isnull=False,
        work_order__cancelled_at=None,
    )
    rows = stays.order_by("installer", "entered_at", "pk").values(
        "installer", "work_order", "meaning", "entered_at", "left_at", "received_at",
        region=F("work_order__site_region"),
        lon=F("work_order__address__lon"), lat=F("work_order__address__lat"),
        home_lon=F("installer__home_lon"), home_lat=F("installer__home_lat"),
    )  # fmt: skip
    people: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        people[row["installer"]].append(row)
    for of_one in people.values():
        yield from _of_one(of_one, cities)


def _of_one(rows: Iterable[Mapping[str, Any]], cities: Mapping[int, int]) -> Iterator[Trip]:
    here: Point | None = None
    begun: Mapping[str, Any] | None = None
    for n, row in enumerate(rows):
        site = point_or_none(row["lon"], row["lat"])
        if n == 0:
            here = point_or_none(row["home_lon"], row["home_lat"])
        if row["meaning"] == Meaning.EN_ROUTE.value:
            begun = row
            continue
        city = cities.get(row["region"])
        if here and site and city and begun and _leads_to(begun, row):
            yield Trip(city, here, site, _seconds(begun["entered_at"], begun["left_at"]))
        here, begun = site, None


def _leads_to(begun: Mapping[str, Any], arrived: Mapping[str, Any]) -> bool:
    at_once = begun["received_at"] is None and arrived["received_at"] is None
    same = begun["work_order"] == arrived["work_order"]
    return at_once and same and begun["left_at"] == arrived["entered_at"]


def _seconds(begins: datetime, ends: datetime) -> int:
    return int((ends - begins).total_seconds())
