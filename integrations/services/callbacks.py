"""Receives WeCom's callbacks: the check of the address, and the buttons its members press."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.clock import wall_now
from integrations.errors import ForgedMessageError
from integrations.models import Connection, InboundEvent
from integrations.reaching import callback_crypto
from integrations.services import storing
from integrations.services.pressing import press
from integrations.services.pushes import count_refused
from integrations.wecom.events import read_event
from integrations.wecom.replies import button_reply

if TYPE_CHECKING:
    from uuid import UUID

    from integrations.wecom.crypto import CallbackCrypto
    from integrations.wecom.events import CallbackEvent

MAX_BYTES = 256 * 1024
_TOLERANCE_S = 300
_KNOWN = ("template_card_event",)

log = logging.getLogger(__name__)
State = InboundEvent.State


@dataclass(frozen=True, slots=True)
class Query:
    """The query of a callback."""

    signature: str
    timestamp: str
    nonce: str


def wecom_connection(public_id: UUID) -> Connection | None:
    """Return the WeCom connection with this callback address."""
    return Connection.objects.filter(
        public_id=public_id, platform=Connection.Platform.WECOM
    ).first()


def echo(*, connection: Connection, query: Query, text: str) -> str:
    """Return the bare text of WeCom's check; raises ForgedMessageError."""
    try:
        return _crypto(connection).verify_url(
            signature=query.signature, timestamp=query.timestamp, nonce=query.nonce, echo=text
        )
    except ForgedMessageError:
        count_refused(connection)
        raise


def receive(*, connection: Connection, query: Query, body: bytes) -> str:
    """Store an event once and do what a pressed button stands for; returns the sealed answer.

    The answer, XML that writes over the button, is "" where nothing of ours was pressed. WeCom
    repeats what is not answered within five seconds: a repetition does nothing and is answered
    with how things stand. A connection that is switched off keeps the event and does nothing.
    Raises ForgedMessageError, BadBodyError, MappingError.

    A true message that is more than five minutes old is refused: it was recorded by somebody.
    """
    try:
        crypto = _crypto(connection)
        inner = crypto.open_message(
            signature=query.signature, timestamp=query.timestamp, nonce=query.nonce, body=body
        )
        _check_age(query.timestamp)
    except ForgedMessageError:
        count_refused(connection)
        raise
    event = read_event(inner)
    with transaction.atomic():
        kept, is_new = storing.store(connection, _told(connection, event, inner))
        is_pressed = event.event in _KNOWN and connection.is_active
        said = press(connection, event, is_new=is_new) if is_pressed else ""
        if said and is_new:
            storing.settle(kept, State.DONE)
    if not said:
        return ""
    reply = button_reply(event, said, now=wall_now())
    return crypto.close_reply(reply, timestamp=query.timestamp, nonce=query.nonce)


def _told(connection: Connection, event: CallbackEvent, inner: bytes) -> storing.Told:
    return storing.Told(
        source=storing.CALLBACK,
        external_id=event.dedup_key,
        topic=event.event or event.message_type,
        order_number="",
        body=inner.decode("utf-8", "replace").replace("\x00", ""),
        flags=f"{event.from_user}:{event.event_key}" if event.event in _KNOWN else "",
        # Kept either way, for who asks what was pressed.
        state=State.IGNORED,
        error="" if connection.is_active else _("This connection is switched off"),
    )


def _check_age(timestamp: str) -> None:
    age_s = abs(wall_now().timestamp() - int(timestamp)) if timestamp.isdecimal() else None
    if age_s is None or age_s > _TOLERANCE_S:
        log.warning("a callback with the time %s was refused", timestamp[:20])
        raise ForgedMessageError("timestamp")


def _crypto(connection: Connection) -> CallbackCrypto:
    try:
        return callback_crypto(connection)
    except ValueError as error:
        # Without token and key nobody can have signed anything for this address.
        raise ForgedMessageError("key") from error
