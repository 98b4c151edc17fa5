"""Questions about the named points on the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from network.geo import haversine_m
from network.models import Geofence

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet


def geofences() -> QuerySet[Geofence]:
    """Return all geofences by code."""
    return Geofence.objects.all()


def geofences_around(lon: Decimal | None, lat: Decimal | None) -> tuple[str, ...] | None:
    """Return the codes of all geofences a place lies in, sorted; the edge counts as inside.

    None when nobody knows where the place is, unless there is no geofence to be near to.
    """
    found = list(Geofence.objects.all())
    if not found:
        return ()
    if lon is None or lat is None:
        return None
    place = (float(lon), float(lat))
    return tuple(
        sorted(
            each.code
            for each in found
            if haversine_m(place, (float(each.lon), float(each.lat))) <= each.radius_m
        )
    )
