"""Opens a receiver's ciphertext when the work is dispatched, and not before."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction

from common.journal import record
from common.outbox import brought_home
from customers.models import Address
from customers.placing import place
from customers.receiver import Receiver
from customers.services.contacts import store_decrypted
from integrations.errors import Kind, PlatformError
from integrations.models import Connection
from integrations.reaching import SHOPS, shop_of
from integrations.services.known_refunds import fetch, remember
from integrations.shop import Addressee, Ciphers
from workorders.selectors import work_order_by_id
from workorders.services.intake import take_in
from workorders.services.siting import relocate_site

if TYPE_CHECKING:
    from integrations.shop import Shop
    from workorders.models import WorkOrder

log = logging.getLogger(__name__)


def decrypt_for_dispatch(*, order_id: int) -> bool:
    """Fill name, number and door of an order's receiver from its shop; whether that was needed.

    An outdated handle is replaced by fetching the order again. PlatformError when the shop does
    not answer: the row that wants it runs again, and people see the masked texts meanwhile.
    """
    order = work_order_by_id(order_id)
    if order.cancelled_at is not None or not _is_hidden(order):
        return False
    shop_order = order.line.order
    connection = (
        Connection.objects.select_related("sold_by")
        .filter(
            platform=shop_order.platform,
            shop_key=shop_order.shop_key,
            platform__in=SHOPS,
            is_active=True,
        )
        .first()
    )
    if connection is None:
        log.warning("no connection can open the receiver of %s", order)
        return False
    shop = shop_of(connection, brisk=True)
    found = shop.decrypt(_ciphers(order))
    if found is None:
        _take_anew(connection, shop, shop_order.number)
        order = work_order_by_id(order_id)
        found = shop.decrypt(_ciphers(order))
    if found is None:
        raise PlatformError("oaid.stale", "the new handle is outdated too", Kind.RETRY)
    with brought_home():
        shop.finish()
        _fill(order, found)
    return True


def _take_anew(connection: Connection, shop: Shop, number: str) -> None:
    payload = fetch(connection, shop, number)
    facts, refunds = shop.facts(payload), shop.told_refunds(payload)
    # Not brought home yet: the receiver is asked for once more.
    with transaction.atomic():
        take_in(facts, sold_by=connection.sold_by)
        remember(connection, facts, refunds, payload.gone)


def decrypt_again(*, order_id: int) -> bool:
    """Open the new receiver of an order that somebody has; one nobody has stays closed."""
    if work_order_by_id(order_id).installer_id is None:
        return False
    return decrypt_for_dispatch(order_id=order_id)


def _fill(order: WorkOrder, found: Addressee) -> None:
    store_decrypted(
        contact_id=order.contact_id,
        phone=found.phone,
        name=found.name,
        address_id=order.address_id,
        detail=found.detail,
    )
    record(
        None,
        "receiver.decrypted",
        order,
        contact=order.contact_id,
        address=order.address_id,
        installer=order.installer_id,
    )
    address = Address.objects.get(pk=order.address_id)
    if address.precision != Address.Precision.NONE:
        return
    # What the district did not say, the street may: 「…镇」 names the place that twins share.
    written = Receiver(
        province=address.province,
        city=address.city,
        district=address.district,
        detail=address.detail,
    )
    placed = place(written)
    if placed.precision != Address.Precision.NONE and placed.division_code:
        relocate_site(
            address_id=address.pk, division_code=placed.division_code, spot=None, actor=None
        )


def _is_hidden(order: WorkOrder) -> bool:
    contact, address = order.contact, order.address
    return (
        _lacks(contact.phone_cipher, contact.phone)
        or _lacks(contact.name_cipher, contact.name)
        or _lacks(address.detail_cipher, address.detail)
    )


def _lacks(cipher: str, shown: str) -> bool:
    return bool(cipher) and (not shown or "*" in shown)


def _ciphers(order: WorkOrder) -> Ciphers:
    return Ciphers(
        order_number=order.line.order.number,
        name=order.contact.name_cipher,
        phone=order.contact.phone_cipher,
        detail=order.address.detail_cipher,
    )
