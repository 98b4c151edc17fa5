"""What follows from where an address lies: price region, settling branch, distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from network.geo import haversine_m, point_or_none
from network.models import OrgUnit, Region
from network.selectors import inherited

if TYPE_CHECKING:
    from customers.models import Address
    from network.geo import Point

# Roads are longer than the straight line: 1.3 is the usual factor until trips were measured.
ROAD_NUM, ROAD_DEN = 13, 10


@dataclass(frozen=True, slots=True)
class Site:
    """The price region of an address and the branch that settles there; None: not known yet."""

    region: Region | None
    branch: OrgUnit | None


def site_of(address: Address) -> Site:
    """Return the region and branch of an address; a region without a branch inherits one."""
    region = address.region
    if region is None:
        return Site(None, None)
    branch = inherited(region, "branch")
    return Site(region, branch if isinstance(branch, OrgUnit) else None)


def road_metres(outlet: OrgUnit, address: Address) -> int | None:
    """Return the estimated metres by road from an outlet to a site; None when one has no place."""
    start = point_or_none(outlet.lon, outlet.lat)
    return road_metres_between(start, point_or_none(address.lon, address.lat))


def road_metres_between(start: Point | None, site: Point | None) -> int | None:
    """Return the estimated metres by road between two places; None when one is unknown."""
    if start is None or site is None:
        return None
    return haversine_m(start, site) * ROAD_NUM // ROAD_DEN
