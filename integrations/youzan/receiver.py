"""Youzan's address_info turned into receiver facts; pure."""

import json

from integrations.fields import text
from integrations.secrecy import secrecy_of
from integrations.strict_json import JsonObject
from network.geo import Datum
from workorders.intake_facts import Position, ReceiverFacts


def read_receiver(address: JsonObject) -> ReceiverFacts:
    """Facts of an order's receiver; name, phone and detail usually are ciphertexts of the shop."""
    detail, name = text(address, "delivery_address"), text(address, "receiver_name")
    phone = text(address, "receiver_tel")
    return ReceiverFacts(
        province=text(address, "delivery_province"),
        city=text(address, "delivery_city"),
        district=text(address, "delivery_district"),
        detail=detail,
        name=name,
        phone=phone,
        detail_secrecy=secrecy_of(detail),
        name_secrecy=secrecy_of(name),
        phone_secrecy=secrecy_of(phone),
        position=_position(address.get("address_extra")),
    )


def _position(extra: object) -> Position | None:
    # A JSON text with Baidu coordinates, as numbers or texts. A bad one costs the position only:
    # the district's centre is still there, and no order is lost for a decoration.
    try:
        fields = json.loads(extra) if isinstance(extra, str) else {}
        lon, lat = float(fields["lon"]), float(fields["lat"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    if not (73 < lon < 136 and 3 < lat < 54):
        return None
    return Position(lon=lon, lat=lat, datum=Datum.BD09)
