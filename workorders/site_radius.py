"""How far from the site counts as being there: evidence of being elsewhere, never a lock."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from common.remembering import remembered
from network.geo import haversine_m
from workorders.models import SiteRule

if TYPE_CHECKING:
    from workorders.models import WorkOrder

RADIUS_M = 500
"""The radius of a company that has not set its own."""
LEAST_M, MOST_M = 50, 50_000
_SIX_PLACES = Decimal("0.000001")


class Site(NamedTuple):
    """A place known exactly (WGS-84 degrees), and the metres around it that count as there."""

    lon: Decimal
    lat: Decimal
    radius_m: int


def site_of(order: WorkOrder) -> Site | None:
    """Return what a phone measures its distance against; None for a place not known exactly."""
    address = order.address
    if address.precision != address.Precision.EXACT or address.lon is None or address.lat is None:
        return None
    return Site(address.lon, address.lat, radius_m())


@remembered(lambda: ())
def radius_m() -> int:
    """Return the company's radius in metres."""
    own = SiteRule.objects.filter(pk=1).values_list("radius_m", flat=True).first()
    return RADIUS_M if own is None else own


def metres_from_site(order: WorkOrder, lon: float, lat: float) -> int | None:
    """Return the distance of a WGS-84 point from the order's address; None while that is nowhere."""
    address = order.address
    if address.lon is None or address.lat is None:
        return None
    return haversine_m((lon, lat), (float(address.lon), float(address.lat)))


def is_beyond(order: WorkOrder, distance_m: int | None, accuracy_m: int | None) -> bool:
    """Whether somebody at this distance was certainly not at the site; one query for what is asked.

    An address known by its district alone proves nothing, and neither does a position that may be
    off by more than it lies outside.
    """
    address = order.address
    if distance_m is None or address.precision != address.Precision.EXACT:
        return False
    return distance_m - (accuracy_m or 0) > radius_m()


def six_places(degrees: float | None) -> Decimal | None:
    """Return degrees as they are stored, to a tenth of a metre."""
    return None if degrees is None else Decimal(repr(degrees)).quantize(_SIX_PLACES, ROUND_HALF_UP)
