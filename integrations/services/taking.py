"""Brings one order of a shop to us: fetched or stored raw first, mapped second, taken in third."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext as _

from common.clock import wall_now
from common.errors import Refused
from common.outbox import announce, brought_home
from integrations.errors import Kind, MappingError, PlatformError
from integrations.events import OrderListed, PushReceived, SecondLookDue
from integrations.models import Connection, InboundEvent
from integrations.reaching import shop_of
from integrations.services import storing
from integrations.services.known_refunds import fetch, remember
from integrations.shop import payload_of
from workorders.services.intake import take_in

if TYPE_CHECKING:
    from integrations.shop import Payload, Shop

RETRY_S = (4, 20, 60, 120)
"""Waits between tries; all five end within the five minutes in which an event must be settled."""

log = logging.getLogger(__name__)
State = InboundEvent.State


def work_off(*, event_id: int, attempt: int) -> None:
    """Take in the order a stored event is about; what fails is tried again, then kept visible.

    A platform that does not answer: five tries, then DEAD. One that knows no such order (a refund
    may be told before its order is): five tries, then PARKED. A payload that nobody understands:
    PARKED at once, since the same payload will not become clearer.
    """
    event = InboundEvent.objects.select_related("connection__sold_by").get(pk=event_id)
    connection = event.connection
    if event.state != State.NEW or connection is None:
        return
    if not connection.is_active:
        with brought_home():
            storing.settle(event, State.PARKED, _("This connection is switched off"))
        return
    shop = shop_of(connection, brisk=event.source != storing.LISTED)
    try:
        payload = _payload_of(event, connection, shop)
    except PlatformError as error:
        with brought_home():
            if _is_still_new(event):
                _try_later(event, connection, attempt, error)
        return
    with brought_home():
        shop.finish()
        if _is_still_new(event) and _took_in(event, connection, shop, payload):
            storing.settle(event, State.DONE)


def _is_still_new(event: InboundEvent) -> bool:
    """Lock the event; nobody may have settled it while the shop was asked."""
    rows = InboundEvent.objects.select_for_update().filter(pk=event.pk)
    return rows.values_list("state", flat=True).get() == State.NEW


def look_again(*, connection_id: int, order_number: str, attempt: int) -> None:
    """Fetch an order once more; what does not succeed here, the next pull brings."""
    connection = Connection.objects.select_related("sold_by").get(pk=connection_id)
    if not connection.is_active:
        return
    shop = shop_of(connection, brisk=True)
    try:
        payload = fetch(connection, shop, order_number)
    except PlatformError as error:
        log.warning("second look at %s of %s: %s", order_number, connection, error.code)
        if attempt < len(RETRY_S):
            with brought_home():
                announce(
                    SecondLookDue(connection_id, order_number, attempt + 1),
                    due_at=wall_now() + timedelta(seconds=RETRY_S[attempt]),
                )
        return
    with brought_home():
        take_fetched(connection, shop, order_number, payload)


def fetch_and_take(*, connection: Connection, order_number: str) -> str:
    """Fetch an order now and take it in; returns the state its event ended in.

    Raises PlatformError when the shop gives no order.
    """
    shop = shop_of(connection, brisk=True)
    payload = fetch(connection, shop, order_number)
    with brought_home():
        return take_fetched(connection, shop, order_number, payload)


def take_fetched(connection: Connection, shop: Shop, order_number: str, payload: Payload) -> str:
    """Write what a shop gave for an order and take it in; returns the state its event ended in."""
    shop.finish()
    told = storing.store_order(connection, order_number, payload, storing.FETCHED)
    event, _is_new = storing.store(connection, told)
    if _took_in(event, connection, shop, payload):
        storing.settle(event, State.DONE)
    return event.state


def _payload_of(event: InboundEvent, connection: Connection, shop: Shop) -> Payload:
    if event.source == storing.LISTED and event.body:
        return payload_of(json.loads(event.body))
    return fetch(connection, shop, event.order_number)


def _took_in(event: InboundEvent, connection: Connection, shop: Shop, payload: Payload) -> bool:
    """Map and take in; False when the event was parked because that is not possible."""
    kept = [event]
    if event.source in (storing.PUSH, storing.MESSAGE):
        told = storing.store_order(connection, event.order_number, payload, storing.FETCHED)
        kept.append(storing.store(connection, told)[0])
    try:
        facts = shop.facts(payload)
        refunds = shop.told_refunds(payload)
        take_in(facts, sold_by=connection.sold_by)
    except (MappingError, Refused) as error:
        for one in kept:
            storing.settle(one, State.PARKED, str(error))
        log.warning("order %s of %s is parked: %s", event.order_number, connection, error)
        return False
    for one in kept[1:]:
        storing.settle(one, State.DONE)
    remember(connection, facts, refunds, payload.gone)
    storing.supersede(connection, facts.order_number)
    Connection.objects.filter(pk=connection.pk).update(last_event_at=wall_now())
    return True


def _try_later(
    event: InboundEvent, connection: Connection, attempt: int, error: PlatformError
) -> None:
    if error.kind is Kind.AUTH:
        Connection.objects.filter(pk=connection.pk).update(
            last_error=str(error)[:300], failures_in_a_row=F("failures_in_a_row") + 1
        )
    if attempt >= len(RETRY_S):
        gone = error.kind is Kind.REFUSED
        storing.settle(event, State.PARKED if gone else State.DEAD, str(error))
        return
    event.error = str(error)[:300]
    event.save(update_fields=["error"])
    due_at = wall_now() + timedelta(seconds=RETRY_S[attempt])
    kind = OrderListed if event.source == storing.LISTED else PushReceived
    announce(kind(event.pk, attempt + 1), key=f"inbound:{event.pk}:{attempt + 1}", due_at=due_at)
