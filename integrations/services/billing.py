"""Bills pulled from shops, and orders asked for again while their bill is being looked at."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from common import clock
from common.clock import wall_now
from common.outbox import announce, brought_home
from integrations.errors import Kind, PlatformError
from integrations.models import Connection
from integrations.reaching import SHOPS, bills_of, shop_of
from integrations.services.known_refunds import fetch
from integrations.services.taking import take_fetched
from settlement.bills.events import BillWanted
from settlement.bills.matching import rematch_order
from settlement.bills.taking import take_bill
from settlement.models import PlatformBill

if TYPE_CHECKING:
    from integrations.shop import Payload, Shop

log = logging.getLogger(__name__)
LOOKED_BACK = timedelta(days=3)
"""A night's pull overlaps the ones before: what a platform books late is not lost."""


@transaction.atomic
def ask_for_nightly_bills() -> int:
    """Announce the bill of the last days of every active shop, each in a row of its own."""
    today = clock.business_day()
    found = Connection.objects.filter(is_active=True, platform__in=SHOPS).order_by("pk")
    for connection in found:
        announce(
            BillWanted(
                connection.platform,
                connection.shop_key,
                (today - LOOKED_BACK).isoformat(),
                today.isoformat(),
            ),
            key=f"bill:{connection.pk}:{today:%Y%m%d}",
        )
    return len(found)


def pull_bill(*, platform: str, shop_key: str, starts_on: date, ends_on: date) -> int:
    """Fetch a shop's bill of some days and hand it down; return its new lines.

    Everything is fetched before anything is written. Raises PlatformError or MappingError, which
    shows as a failed task; nothing is half there then.
    """
    connection = _connection(platform, shop_key)
    if connection is None:
        log.warning("no active connection for the bill of %s %s", platform, shop_key)
        return 0
    start, _end = clock.day_span(starts_on)
    _start, end = clock.day_span(ends_on)
    end = min(end, wall_now())
    if end <= start:
        return 0
    source, finish = bills_of(connection)
    lines = list(source.bill(start, end))
    with brought_home():
        finish()
        bill = take_bill(
            platform=platform,
            shop_key=shop_key,
            source=PlatformBill.Source.PULL,
            name=f"{connection.name} {starts_on:%m-%d} – {ends_on:%m-%d}",
            lines=lines,
            days=(starts_on, ends_on),
        )
    return bill.total


def look_at_order(*, platform: str, shop_key: str, order_number: str) -> None:
    """Take an order in as its shop has it now, then judge its bill again; an order the shop does
    not know either is judged as it stands.
    """
    connection = _connection(platform, shop_key)
    fetched = _fetched(connection, order_number) if connection is not None else None
    with brought_home():
        if connection is not None and fetched is not None:
            shop, payload = fetched
            take_fetched(connection, shop, order_number, payload)
        rematch_order(platform=platform, shop_key=shop_key, order_number=order_number)


def _fetched(connection: Connection, order_number: str) -> tuple[Shop, Payload] | None:
    shop = shop_of(connection, brisk=True)
    try:
        return shop, fetch(connection, shop, order_number)
    except PlatformError as error:
        if error.kind is not Kind.REFUSED:
            raise
        log.info("%s does not know order %s", connection, order_number)
        return None


def _connection(platform: str, shop_key: str) -> Connection | None:
    found = Connection.objects.select_related("sold_by").filter(
        platform=platform, shop_key=shop_key, is_active=True
    )
    return found.first()
