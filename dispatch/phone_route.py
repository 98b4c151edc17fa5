"""The way through one's day: visits in the order they are driven, and the legs between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from dispatch.board.pool import title_of
from dispatch.bookings import bookings
from dispatch.facts import home_of, point_of
from dispatch.roads import learned_roads
from network.geo import mercator_lat
from workorders.flow import Meaning
from workorders.phone_days import maps_url
from workorders.selectors import installer_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from accounts.models import Installer
    from dispatch.bookings import Booking
    from dispatch.roads import Roads
    from network.geo import Point
    from workorders.models import WorkOrder

WIDTH, HEIGHT, EDGE = 340, 170, 22
"""Of the sketch, in its own units; dots keep away from the edge."""
_UNDER_WAY = (Meaning.ASSIGNED.value, Meaning.EN_ROUTE.value, Meaning.ON_SITE.value)


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to a visit; None where one of its ends is not on the map. Estimated without a map."""

    metres: int | None
    minutes: int | None
    from_home: bool = False
    is_late: bool = False
    """By the time the visit before ends one cannot be there when this one begins."""


@dataclass(frozen=True, slots=True)
class RouteStop:
    """A visit on the way; `begins` and `ends` as booked, None where nobody booked a time."""

    place: int
    order: WorkOrder
    title: str
    begins: datetime | None
    ends: datetime | None
    leg: Leg
    maps_url: str
    is_done: bool
    is_now: bool
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class Dot:
    """A visit in the sketch, or the home where the place is 0."""

    place: int
    x: int
    y: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class Route:
    """The whole day; sums are None where no leg is known, `gaps` counts visits not on the map."""

    stops: list[RouteStop]
    dots: list[Dot]
    metres: int | None
    minutes: int | None
    gaps: int
    ends: datetime | None

    @property
    def line(self) -> str:
        """The way through the dots, as points of a polyline."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)

    @property
    def left(self) -> int:
        """How many visits are still to be done."""
        return sum(not stop.is_done for stop in self.stops)


def route_of(*, installer: Installer) -> Route:
    """Return today's way of an installer; seven queries for any number of visits."""
    today = clock.business_day()
    found = installer_day(installer=installer, day=today)
    orders = [
        order
        for order in found.defer(None).defer("item_version__body")
        if order.completed_at or order.meaning in _UNDER_WAY
    ]
    booked = {row.order.pk: row for row in bookings([installer.pk], [today]).get(installer.pk, ())}
    orders.sort(key=lambda order: _key(order, booked))
    stops = _stops(orders, booked, home_of(installer), learned_roads())
    ways = [stop.leg.metres for stop in stops if stop.leg.metres is not None]
    times = [stop.leg.minutes for stop in stops if stop.leg.minutes is not None]
    return Route(
        stops=stops,
        dots=_dots(home_of(installer), stops),
        metres=sum(ways) if ways else None,
        minutes=sum(times) if times else None,
        gaps=sum(point_of(stop.order.address) is None for stop in stops),
        ends=max((stop.ends for stop in stops if stop.ends), default=None),
    )


def _key(order: WorkOrder, booked: Mapping[int, Booking]) -> tuple[int, float, int]:
    row = booked.get(order.pk)
    at = order.completed_at or (row.begins if row else None) or order.window_starts_at
    done = order.completed_at is not None
    # What nobody has a time for comes last.
    return (0 if done else 1 if at else 2, at.timestamp() if at else 0.0, order.pk)


def _stops(
    orders: Sequence[WorkOrder], booked: Mapping[int, Booking], home: Point | None, roads: Roads
) -> list[RouteStop]:
    found: list[RouteStop] = []
    here, free_at, from_home = home, None, True
    first_open = next((order.pk for order in orders if not order.completed_at), None)
    for place, order in enumerate(orders, start=1):
        row, site = booked.get(order.pk), point_of(order.address)
        begins = row.begins if row else order.window_starts_at
        ends = row.ends if row else None
        leg = _leg(here, site, order, roads, from_home=from_home, free_at=free_at, begins=begins)
        found.append(
            RouteStop(
                place=place,
                order=order,
                title=title_of(order),
                begins=order.started_at if order.completed_at and order.started_at else begins,
                ends=order.completed_at or ends,
                leg=leg,
                maps_url=maps_url(order.address),
                is_done=order.completed_at is not None,
                is_now=order.pk == first_open,
                is_estimated=order.address.precision != order.address.Precision.EXACT,
            )
        )
        here, free_at = site or here, None if order.completed_at else ends
        from_home = False
    return found


def _leg(
    here: Point | None,
    site: Point | None,
    order: WorkOrder,
    roads: Roads,
    *,
    from_home: bool,
    free_at: datetime | None,
    begins: datetime | None,
) -> Leg:
    if here is None or site is None:
        return Leg(None, None, from_home)
    travel = roads.around(order.site_region)
    seconds = travel.seconds(here, site)
    late = (
        free_at is not None
        and begins is not None
        and order.completed_at is None
        and free_at.timestamp() + seconds > begins.timestamp() + 60
    )
    return Leg(travel.metres(here, site), -(-seconds // 60), from_home, late)


def _dots(home: Point | None, stops: Sequence[RouteStop]) -> list[Dot]:
    """The places to scale, north at the top; none with fewer than two of them."""
    places = [(0, home, False)] if home else []
    places += [
        (stop.place, at, stop.is_done)
        for stop in stops
        if (at := point_of(stop.order.address)) is not None
    ]
    if len(places) < 2:
        return []
    flat = [(at[0], mercator_lat(at[1])) for _place, at, _done in places]
    west, south = min(x for x, _y in flat), min(y for _x, y in flat)
    wide, high = max(x for x, _y in flat) - west, max(y for _x, y in flat) - south
    scale = min(
        (WIDTH - 2 * EDGE) / wide if wide else 1e9, (HEIGHT - 2 * EDGE) / high if high else 1e9
    )
    scale = scale if scale < 1e9 else 0.0
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT + high * scale) / 2
    return [
        Dot(place, round(left + (x - west) * scale), round(top - (y - south) * scale), done)
        for (place, _at, done), (x, y) in zip(places, flat, strict=True)
    ]
