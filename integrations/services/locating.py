"""Sites nobody could place, or only at a district's centre, are looked up with the company's map platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.outbox import brought_home
from customers.models import Address
from customers.receiver import Spot
from customers.services.addresses import division_names
from integrations.services.map_service import find_place
from network.divisions import Level, division
from network.geo import haversine_m, to_wgs84
from workorders.selectors import work_order_by_id
from workorders.services.siting import relocate_site

if TYPE_CHECKING:
    from integrations.maps.geocoding import Found

FARTHEST_M = 100_000
"""A point farther from the centre of the written district is another place of that name."""


def locate_site(*, order_id: int) -> bool:
    """Put an order's site on the point the platform is sure of; False where it stays as it is.

    A point is taken only where it agrees with what was written: a wrong region is a wrong price.
    """
    address = work_order_by_id(order_id).address
    if not _is_open(address):
        return False
    found = find_place(written_of(address), city=address.city)
    code = _agreed(address, found) if found is not None else ""
    if found is None or not code:
        return False
    with brought_home():
        # Somebody may have placed it while the platform was asked.
        if not _is_open(Address.objects.get(pk=address.pk)):
            return False
        spot = Spot(found.lon, found.lat, found.datum.value)
        relocate_site(address_id=address.pk, division_code=code, spot=spot, actor=None)
    return True


def written_of(address: Address) -> str:
    """Return an address as one text, without anybody's name."""
    return "".join((address.province, address.city, address.district, address.detail))


def _is_open(address: Address) -> bool:
    is_readable = bool(address.detail.strip()) and "*" not in address.detail
    return is_readable and address.precision != Address.Precision.EXACT


def _agreed(address: Address, found: Found) -> str:
    """The division both sides mean, "" where they contradict each other."""
    known, told = address.division_code, found.division_code
    if not known:
        return told if _is_named(told, written_of(address)) else ""
    if told and told[:4] != known[:4]:
        return ""
    if address.lon is not None and address.lat is not None:
        centre = (float(address.lon), float(address.lat))
        if haversine_m(centre, to_wgs84((found.lon, found.lat), found.datum)) > FARTHEST_M:
            return ""
    read = division(known)
    is_district = read is not None and read.level is Level.DISTRICT
    return known if is_district or division(told) is None else told


def _is_named(code: str, written: str) -> bool:
    """Whether the text names the city of a division, or its district and province."""
    if division(code) is None:
        return False
    province, city, district = (name[:2] for name in division_names(code))
    if city and city in written:
        return True
    return bool(province and district) and province in written and district in written
