"""Receives Youzan's pushes: checked over the exact bytes, stored, answered; the work comes after."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from common.journal import record
from integrations.errors import BadBodyError, ForgedMessageError
from integrations.keys import secret_of
from integrations.models import Connection, InboundEvent
from integrations.services import storing
from integrations.strict_json import load_object
from integrations.youzan.signing import Push, parse_push, verify_push

if TYPE_CHECKING:
    from uuid import UUID

log = logging.getLogger(__name__)
State = InboundEvent.State

_ABOUT_ORDERS = ("trade_", "youzan_trade_")
_AMOUNTS = frozenset(
    {"payment", "total_fee", "post_fee", "price", "real_payment", "refund_fee", "discount_price"}
)


@dataclass(frozen=True, slots=True)
class SignedPost:
    """A post as it came over the wire."""

    client_id: str
    sign: str
    body: bytes


def youzan_connection(public_id: UUID) -> Connection | None:
    """Return the Youzan connection with this callback address."""
    return Connection.objects.filter(
        public_id=public_id, platform=Connection.Platform.YOUZAN
    ).first()


def receive_push(*, connection: Connection, post: SignedPost) -> InboundEvent:
    """Store a push and have its order fetched; a repetition returns the event of the first time.

    Raises ForgedMessageError (nothing is kept but a count), BadBodyError with the status it
    deserves, MappingError for an envelope without the fields every push has.
    """
    try:
        verify_push(
            client_id=connection.client_id,
            client_secret=secret_of(connection),
            sent_client_id=post.client_id,
            sent_sign=post.sign,
            body=post.body,
        )
    except ForgedMessageError:
        count_refused(connection)
        raise
    push = parse_push(post.body)
    doubt = _doubt(push)
    with transaction.atomic():
        event, is_new = storing.store(connection, _told(connection, push, post.body, doubt))
        if is_new and event.state == State.NEW:
            storing.look_at(event)
        if is_new and event.state == State.PARKED:
            record(None, "push.parked", connection, reason=event.error, shop=push.shop_id)
            log.warning("a push to %s is parked: %s", connection, event.error)
    return event


def is_parked(event: InboundEvent) -> bool:
    """Return True for a push that waits for a person."""
    return event.state == State.PARKED


def count_refused(connection: Connection) -> None:
    """Count a post that nobody of the platform has signed."""
    Connection.objects.filter(pk=connection.pk).update(refused_pushes=F("refused_pushes") + 1)
    log.warning("a post to %s was not signed by its platform", connection)


def _told(connection: Connection, push: Push, body: bytes, doubt: str) -> storing.Told:
    state, error = State.NEW, ""
    if push.shop_id != connection.shop_key:
        # A chain's head office pushes for its branches: kept, until that shop is connected.
        state, error = State.PARKED, _("Shop %(shop)s is not connected") % {"shop": push.shop_id}
    elif not connection.is_active:
        state, error = State.PARKED, _("This connection is switched off")
    elif doubt:
        state, error = State.PARKED, doubt
    elif push.is_test or not push.order_number or not push.event_type.startswith(_ABOUT_ORDERS):
        state = State.IGNORED
    return storing.Told(
        source=storing.PUSH,
        external_id=push.msg_id,
        topic=push.event_type,
        order_number=push.order_number,
        body=_text(body, push),
        flags="u0000" if push.was_cleaned else "",
        state=state,
        error=error,
    )


def _text(body: bytes, push: Push) -> str:
    # PostgreSQL has no U+0000: the cleaned object is stored where the bytes cannot be.
    if not push.was_cleaned:
        return body.decode()
    return json.dumps(load_object(body).value, ensure_ascii=False)


def _doubt(push: Push) -> str:
    """Return why a push must wait for a person; BadBodyError 422 for an amount nobody can read.

    Amounts are read from the fetched order, never from here: one that is a binary fraction or
    negative says that the sender is not what we think it is.
    """
    for name, value in _amounts(push.message):
        if isinstance(value, float):
            raise BadBodyError("amount.not_text", 422)
        if str(value).startswith("-"):
            return _("%(field)s: a negative amount") % {"field": name}
    return ""


def _amounts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, list):
        return [found for item in value for found in _amounts(item)]
    if not isinstance(value, dict):
        return []
    here = [(name, item) for name, item in value.items() if name in _AMOUNTS]
    return here + [found for item in value.values() for found in _amounts(item)]
