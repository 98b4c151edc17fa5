"""Consumes Tmall's TMC messages: stored first, confirmed after the commit."""

from __future__ import annotations

import json
import logging
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from common.outbox import brought_home
from integrations.errors import MappingError, PlatformError
from integrations.keys import extra_of
from integrations.models import Connection, InboundEvent
from integrations.reaching import top_gateway
from integrations.services import storing
from integrations.services.known_refunds import hear
from integrations.tmall.messages import TRADE_TOPICS, TmcMessage, confirm, consume

log = logging.getLogger(__name__)
State = InboundEvent.State

QUANTITY = 100


def tmall_connections() -> list[Connection]:
    """Return the active Tmall connections that have a message group."""
    found = Connection.objects.filter(is_active=True, platform=Connection.Platform.TMALL)
    return [one for one in found.order_by("pk") if extra_of(one).message_group]


def has_active_tmall() -> bool:
    """Return True when there are messages to ask for."""
    return Connection.objects.filter(is_active=True, platform=Connection.Platform.TMALL).exists()


def consume_messages() -> int:
    """Ask once for each application and group; returns the number of messages.

    A message is confirmed only after the commit that stored it: unconfirmed ones come again and
    are recognised. A gateway that does not answer costs this round; the pulls bring the orders.
    """
    connections = tmall_connections()
    groups = {(one.client_id, extra_of(one).message_group): one for one in connections}
    answered = []
    for (_app_key, group), connection in groups.items():
        try:
            messages = consume(top_gateway(connection, brisk=True), group=group, quantity=QUANTITY)
        except (PlatformError, MappingError) as error:
            log.warning("messages of %s: %s", connection, error)
            continue
        if messages:
            answered.append((connection, group, messages))
    by_seller = {one.shop_key: one for one in connections}
    with brought_home():
        for connection, group, messages in answered:
            for message in messages:
                _store(by_seller.get(message.seller_id), connection, message)
            ids = [message.message_id for message in messages]
            transaction.on_commit(partial(_confirm, connection, group, ids), robust=True)
    return sum(len(messages) for _connection, _group, messages in answered)


def _store(seller: Connection | None, asked: Connection, message: TmcMessage) -> None:
    state, error = State.NEW, ""
    if seller is None:
        state, error = (
            State.PARKED,
            _("Shop %(shop)s is not connected") % {"shop": message.seller_id},
        )
    elif not message.is_readable:
        state, error = State.PARKED, _("The content of the message cannot be read")
    elif message.topic not in TRADE_TOPICS or not message.order_number:
        state = State.IGNORED
    event, is_new = storing.store(
        seller or asked,
        storing.Told(
            source=storing.MESSAGE,
            external_id=message.message_id,
            topic=message.topic,
            order_number=message.order_number,
            body=_body(message),
            state=state,
            error=error,
        ),
    )
    if is_new and event.state == State.NEW:
        # By the time the trade is asked for, its line may name a later refund only.
        hear(seller or asked, [(message.order_number, message.refund_id)])
        storing.look_at(event)
    if is_new and event.state == State.PARKED:
        log.warning("message %s is parked: %s", message.message_id, error)


def _body(message: TmcMessage) -> str:
    if message.is_readable:
        return json.dumps(message.content, ensure_ascii=False)
    return message.raw_content.replace("\x00", "")


def _confirm(connection: Connection, group: str, message_ids: list[str]) -> None:
    try:
        confirm(top_gateway(connection, brisk=True), group=group, message_ids=message_ids)
    except PlatformError as error:
        # They come again and are recognised by their ids.
        log.warning("messages of %s not confirmed: %s", connection, error)
