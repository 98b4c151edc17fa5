"""Announcing an event: one row per handler, written with the change it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Model

from common.clock import wall_now
from common.gathering import gathering
from common.outbox.doorbell import ring
from common.outbox.events import HELD, Event, subscriptions_of
from common.outbox.models import OPEN, OutboxRow
from common.schema import current_schema

if TYPE_CHECKING:
    from datetime import datetime

_held: ContextVar[list[Model] | None] = ContextVar("outbox_held", default=None)


@contextmanager
def held_back() -> Iterator[None]:
    """Keep the events announced inside the block from the workers, until `drain()` runs them.

    For history made under a moved clock: a worker would run the handlers at the real time. Rows
    are written when the block ends, with journal and timeline; it belongs into one transaction.
    """
    with gathering() as rows:
        token = _held.set(rows)
        try:
            yield
        finally:
            _held.reset(token)


def held_rows() -> list[OutboxRow]:
    """The announcements held back so far that nobody ran yet."""
    kept = _held.get() or []
    return [row for row in kept if isinstance(row, OutboxRow) and row.done_at is None]


def announce(event: Event, *, key: str | None = None, due_at: datetime | None = None) -> None:
    """Write the event for each of its handlers; they run after the commit, each once.

    `key` makes it idempotent: the same key for the same handler again does nothing. `due_at`
    (aware, real time) is the earliest start. RuntimeError outside a transaction: the event could
    be lost or come without its change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{event.topic()} announced outside a transaction")
    found = subscriptions_of(type(event))
    if not found:
        return
    due, held = due_at or wall_now(), _held.get()
    rows = _rows(event, key or uuid4().hex, due)
    if held is not None:
        held.extend(rows)
        return
    if key is None:
        written = [(row.pk, row.queue) for row in OutboxRow.objects.bulk_create(rows)]
    else:
        OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)
        names = [one.handler for one in found]
        mine = OutboxRow.objects.filter(OPEN, key=key, handler__in=names)
        written = list(mine.values_list("pk", "queue"))
    bell = partial(ring, current_schema(), written, at=due)
    transaction.on_commit(bell, robust=True)


def announce_all(events: Iterable[Event]) -> None:
    """Announce many events without keys in one statement, as `announce` does each."""
    if not connection.in_atomic_block:
        raise RuntimeError("events announced outside a transaction")
    due, held = wall_now(), _held.get()
    rows = [row for event in events for row in _rows(event, uuid4().hex, due)]
    if held is not None:
        held.extend(rows)
        return
    if not rows:
        return
    written = [(row.pk, row.queue) for row in OutboxRow.objects.bulk_create(rows)]
    bell = partial(ring, current_schema(), written, at=due)
    transaction.on_commit(bell, robust=True)


def _rows(event: Event, key: str, due: datetime) -> list[OutboxRow]:
    """One row per handler of the event; news for people alone are left out of held back history."""
    held, payload = _held.get(), event.payload()
    return [
        OutboxRow(
            topic=event.topic(),
            handler=one.handler,
            key=key,
            payload=payload,
            queue=one.queue if held is None else HELD,
            due_at=due,
        )
        for one in subscriptions_of(type(event))
        if held is None or not one.only_news
    ]
