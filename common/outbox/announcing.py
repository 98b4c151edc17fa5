"""Announcing an event: one row per handler, written with the change it tells of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import connection, transaction

from common.clock import wall_now
from common.outbox.doorbell import ring
from common.outbox.events import HELD, Event, subscriptions_of
from common.outbox.models import OPEN, OutboxRow
from common.schema import current_schema

if TYPE_CHECKING:
    from datetime import datetime

_held: ContextVar[bool] = ContextVar("outbox_held", default=False)


@contextmanager
def held_back() -> Iterator[None]:
    """Keep the events announced inside the block from the workers, until `drain()` runs them.

    For history made under a moved clock: a worker would run the handlers at the real time.
    """
    token = _held.set(True)
    try:
        yield
    finally:
        _held.reset(token)


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
    payload, due, row_key = event.payload(), due_at or wall_now(), key or uuid4().hex
    rows = [
        OutboxRow(
            topic=event.topic(),
            handler=one.handler,
            key=row_key,
            payload=payload,
            queue=HELD if _held.get() else one.queue,
            due_at=due,
        )
        for one in found
        if not (_held.get() and one.only_news)
    ]
    if key is None:
        written = [(row.pk, row.queue) for row in OutboxRow.objects.bulk_create(rows)]
    else:
        OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)
        names = [one.handler for one in found]
        mine = OutboxRow.objects.filter(OPEN, key=key, handler__in=names)
        written = list(mine.values_list("pk", "queue"))
    if _held.get():
        return
    bell = partial(ring, current_schema(), written, at=due)
    transaction.on_commit(bell, robust=True)
