"""Stores what platforms tell us, before anybody tries to understand it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from common.clock import wall_now
from common.outbox import announce
from integrations.events import OrderListed, PushReceived, SecondLookDue
from integrations.models import InboundEvent
from integrations.shop import stored

if TYPE_CHECKING:
    from integrations.models import Connection
    from integrations.shop import ListedRefund, Payload

PUSH, MESSAGE, LISTED, FETCHED, CALLBACK = "push", "message", "listed", "fetched", "callback"

SECOND_LOOK = timedelta(seconds=30)
"""Lists and details of both shop platforms may lag half a minute behind their own pushes."""
_LOOK_SLOT_S = 15
_ID_CHARS, _ERROR_CHARS = 128, 300

State = InboundEvent.State


@dataclass(frozen=True, slots=True)
class Told:
    """One thing a platform told us; `external_id` recognises its repetition."""

    source: str
    external_id: str
    topic: str
    order_number: str
    body: str
    flags: str = ""
    state: str = State.NEW
    error: str = ""


def store(connection: Connection, told: Told) -> tuple[InboundEvent, bool]:
    """Store an event once; returns it and whether it is new. A repetition changes nothing."""
    now = wall_now()
    return InboundEvent.objects.get_or_create(
        connection=connection,
        source=told.source,
        external_id=_bounded(told.external_id),
        defaults={
            "topic": told.topic[:80],
            "order_number": told.order_number[:64],
            "body": told.body,
            "flags": told.flags[:80],
            "state": told.state,
            "error": told.error[:_ERROR_CHARS],
            "received_at": now,
            "done_at": None if told.state == State.NEW else now,
        },
    )


def store_order(connection: Connection, number: str, payload: Payload, source: str) -> Told:
    """Return an order's payload as an event; the same content again is the same event."""
    body = json.dumps(stored(payload), ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(body.encode()).hexdigest()[:24]
    return Told(source, f"{number}:{digest}", "order", number, body)


def unreadable_refund(row: ListedRefund) -> Told:
    """Return a refund nobody can read as a parked event: kept once and visible to people."""
    digest = hashlib.sha256(f"{row.number}:{row.error}".encode()).hexdigest()[:24]
    key = f"refund:{row.refund_id}:{digest}"
    return Told(LISTED, key, "refund", row.number, "", state=State.PARKED, error=row.error)


def look_at(event: InboundEvent) -> None:
    """Have an event's order fetched at once, and looked at again after half a minute."""
    announce(PushReceived(event.pk, 0), key=f"inbound:{event.pk}:0")
    if event.connection_id is not None:
        look_again(event.connection_id, event.order_number)


def look_again(connection_id: int, order_number: str) -> None:
    """Have an order fetched in half a minute; several wishes of one moment are one."""
    due_at = wall_now() + SECOND_LOOK
    slot = int(due_at.timestamp()) // _LOOK_SLOT_S
    announce(
        SecondLookDue(connection_id, order_number, 0),
        key=f"look:{connection_id}:{order_number}:{slot}",
        due_at=due_at,
    )


def take_later(event: InboundEvent) -> None:
    """Have an order that a list brought taken in, behind what people wait for."""
    announce(OrderListed(event.pk, 0), key=f"inbound:{event.pk}:0")


def settle(event: InboundEvent, state: str, error: str = "") -> None:
    """Say what became of an event."""
    event.state, event.error = state, error.replace("\x00", "")[:_ERROR_CHARS]
    event.done_at = wall_now()
    event.save(update_fields=["state", "error", "done_at"])


def supersede(connection: Connection, order_number: str) -> None:
    """Close earlier failures of an order that has now been taken in as the shop has it."""
    InboundEvent.objects.filter(
        connection=connection,
        order_number=order_number,
        state__in=[State.DEAD, State.PARKED],
        received_at__lt=wall_now(),
    ).update(state=State.DONE, done_at=wall_now())


def _bounded(external_id: str) -> str:
    if len(external_id) <= _ID_CHARS:
        return external_id
    return hashlib.sha256(external_id.encode()).hexdigest()
