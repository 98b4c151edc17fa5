"""Corrections of an address by people: where it lies, and what the installer should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import refuse_unless
from common.journal import record
from customers.models import Address
from customers.placing import place
from customers.receiver import Receiver, Spot
from network.divisions import division, path

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def place_address(
    *, address_id: int, division_code: str, spot: Spot | None, actor: User | None
) -> Address:
    """Put an address into a division, at a point when one is known; names follow the division.

    Raises Refused("address.division") for a code that is no city or district.
    """
    address = Address.objects.select_for_update().get(pk=address_id)
    chosen = division(division_code)
    refuse_unless(
        chosen and len(path(division_code)) > 1,
        "address.division",
        _("Choose the city or district the address lies in"),
    )
    found = place(Receiver(division_code=division_code, spot=spot))
    address.province, address.city, address.district = division_names(division_code)
    address.division_code, address.region = found.division_code, found.region
    address.lon, address.lat = found.lon, found.lat
    address.original_lon, address.original_lat = found.original_lon, found.original_lat
    address.datum, address.precision = found.datum, found.precision
    address.save()
    record(actor, "address.placed", address, division=division_code, exact=spot is not None)
    return address


@transaction.atomic
def note_site(*, address_id: int, note: str, actor: User) -> Address:
    """Keep what the installer should know of the place: lift fee, parking, where to ring."""
    address = Address.objects.select_for_update().get(pk=address_id)
    address.note = note.strip()[:200]
    address.save(update_fields=["note"])
    record(actor, "address.noted", address, note=address.note)
    return address


def division_names(code: str) -> tuple[str, str, str]:
    """Return province, city and district of a division; what does not exist is an empty text."""
    names = {step.level.value: step.name for step in path(code)}
    return names.get("province", ""), names.get("city", ""), names.get("district", "")
