"""Where a written address lies: division, price region and a point with its precision."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from customers.models import Address
from network.divisions import Ambiguous, Division, Level, division, find, locate
from network.geo import Datum, to_wgs84
from network.selectors import region_for_division

if TYPE_CHECKING:
    from customers.receiver import Receiver, Spot
    from network.models import Region

_SIX_PLACES = Decimal("0.000001")
_PRECISION = {
    Level.DISTRICT: Address.Precision.DISTRICT,
    Level.CITY: Address.Precision.CITY,
    # A province's centre is hundreds of kilometres off: as a site it is no place at all.
    Level.PROVINCE: Address.Precision.NONE,
}


@dataclass(frozen=True, slots=True)
class Placed:
    """What is known of a place; `lon`, `lat` in WGS-84, None when it is not located."""

    division_code: str
    region: Region | None
    lon: Decimal | None
    lat: Decimal | None
    original_lon: Decimal | None
    original_lat: Decimal | None
    datum: str
    precision: Address.Precision


def place(receiver: Receiver) -> Placed:
    """Return the division the fields agree on, its region, and the best point known.

    The platform's own position is exact; else the centre of the district or city stands for it.
    Twins (two places of one name) are left unplaced: a wrong region would be a wrong price.
    """
    found = _division(receiver)
    code = found.code if found else ""
    region = region_for_division(code)
    if receiver.spot and _on_earth(receiver.spot):
        return _exact(code, region, receiver.spot)
    precision = _PRECISION[found.precision] if found else Address.Precision.NONE
    if found is None or precision is Address.Precision.NONE:
        return Placed(code, region, None, None, None, None, "", Address.Precision.NONE)
    lon, lat = found.point
    return Placed(code, region, _six(lon), _six(lat), None, None, Datum.WGS84, precision)


def _division(receiver: Receiver) -> Division | None:
    if receiver.division_code:
        return division(receiver.division_code)
    named = find(receiver.province, receiver.city, receiver.district)
    if named is not None and named.level is Level.DISTRICT:
        return named
    written = "".join((receiver.province, receiver.city, receiver.district, receiver.detail))
    read = locate(written)
    if isinstance(read, Ambiguous):
        return named
    deeper = division(read.code) if hasattr(read, "code") else None
    return deeper or named


def _exact(code: str, region: Region | None, spot: Spot) -> Placed:
    lon, lat = to_wgs84((spot.lon, spot.lat), Datum(spot.datum))
    return Placed(
        code,
        region,
        _six(lon),
        _six(lat),
        _six(spot.lon),
        _six(spot.lat),
        spot.datum,
        Address.Precision.EXACT,
    )


def _on_earth(spot: Spot) -> bool:
    """Shops send 0/0 for "unknown": the Gulf of Guinea is no site of ours."""
    return 70 < spot.lon < 140 and 0 < spot.lat < 60


def _six(degrees: float) -> Decimal:
    return Decimal(repr(degrees)).quantize(_SIX_PLACES)
