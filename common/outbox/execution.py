"""Runs a row: the start is counted first, then handler and done mark commit together.

A handler that calls outside commits what it brought with the done mark instead; see `outside`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from django.db import transaction

from common.clock import wall_now
from common.outbox import outside
from common.outbox.announcing import held_rows
from common.outbox.doorbell import landed, look_again, taken
from common.outbox.events import HELD, Job, Subscription, callee
from common.outbox.models import OPEN, OutboxRow
from common.outbox.selectors import due_rows
from common.schema import current_schema

log = logging.getLogger(__name__)

MAX_STARTS = 3
LEASE_S = 5
"""Covers the moment between counting the start and locking the row; the lock covers the rest."""
FIRST_BACKOFF_S = 5
ERROR_CHARS = 2000


class Outcome(StrEnum):
    """What became of a message."""

    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"
    BUSY = "busy"
    NOTHING = "nothing"


class UnknownHandlerError(LookupError):
    """The program knows no handler of the stored name (renamed, or a newer program wrote it)."""


def backoff(tries: int) -> timedelta:
    """Return the wait after the given number of failed starts: 5 s, 20 s, 80 s, …"""
    return timedelta(seconds=FIRST_BACKOFF_S * 4 ** (tries - 1))


def run_message(row_id: int) -> Outcome:
    """Run a row a message names, in the current tenant, and settle its in-flight note."""
    schema = current_schema()
    row = OutboxRow.objects.filter(pk=row_id).only("queue", "handler").first()
    if row is None:
        return Outcome.NOTHING
    taken(schema, row.queue, row_id, _lease_s(row))
    outcome, _error = execute(row_id)
    if outcome is Outcome.BUSY:
        look_again(schema, row.queue, row_id, time.time() + LEASE_S)
        return outcome
    if outcome is Outcome.FAILED:
        look_again(schema, row.queue, row_id, time.time() + FIRST_BACKOFF_S)
    landed(schema, row.queue, row_id)
    return outcome


def execute(row_id: int) -> tuple[Outcome, Exception | None]:
    """Run one row of the current tenant if it is due and nobody else is at it.

    Two transactions: the first counts the start, so that a worker killed in the middle leaves a
    trace; the second holds the row's lock, runs the handler and marks the row done. A killed
    worker loses the lock with its connection, and the row runs again when the lease is over.
    A handler that calls outside runs between the two, under a longer lease and no lock.
    """
    start = _lease(row_id)
    if isinstance(start, Outcome):
        return start, None
    try:
        done = _run(row_id, start)
    except Exception as error:
        log.exception("outbox row %s of %s failed", row_id, current_schema())
        return _record_failure(row_id, start, error), error
    return (Outcome.DONE if done else Outcome.BUSY), None


def _target(row: OutboxRow) -> Subscription | Job:
    target = callee(row.handler)
    if target is None:
        raise UnknownHandlerError(f"no handler is called {row.handler}")
    return target


def _lease_s(row: OutboxRow) -> int:
    target = callee(row.handler)
    return outside.LEASE_S if target is not None and target.outside else LEASE_S


@transaction.atomic
def _lease(row_id: int) -> int | Outcome:
    """Count a start and return its number, or say why there is none."""
    now = wall_now()
    row = OutboxRow.objects.select_for_update(skip_locked=True).filter(OPEN, pk=row_id).first()
    if row is None:
        still_open = OutboxRow.objects.filter(OPEN, pk=row_id).exists()
        return Outcome.BUSY if still_open else Outcome.NOTHING
    if row.lease_until and row.lease_until > now:
        return Outcome.BUSY
    if row.due_at > now:
        return Outcome.NOTHING
    if row.tries >= MAX_STARTS:
        row.dead_at = now
        row.last_error = row.last_error or "started three times and never came back"
        row.save(update_fields=["dead_at", "last_error"])
        return Outcome.DEAD
    row.tries += 1
    row.lease_until = now + timedelta(seconds=_lease_s(row))
    row.save(update_fields=["tries", "lease_until"])
    return row.tries


def _run(row_id: int, start: int) -> bool:
    """Run the handler and mark the row done; False when another start has overtaken this one."""
    row = OutboxRow.objects.filter(OPEN, pk=row_id, tries=start).first()
    if row is None:
        return False
    target = _target(row)
    return _run_outside(row, target) if target.outside else _run_inside(row, target)


def _run_outside(row: OutboxRow, target: Subscription | Job) -> bool:
    try:
        with outside.on_errand(row.pk, row.tries):
            target.call(row.payload)
    except outside.OvertakenError:
        log.warning("outbox row %s of %s was taken over", row.pk, current_schema())
        return False
    return True


@transaction.atomic
def _run_inside(known: OutboxRow, target: Subscription | Job) -> bool:
    mine = OutboxRow.objects.select_for_update(skip_locked=True).filter(OPEN, tries=known.tries)
    row = mine.filter(pk=known.pk).first()
    if row is None:
        return False
    with outside.at_home():
        target.call(row.payload)
    row.done_at = wall_now()
    row.lease_until = None
    row.save(update_fields=["done_at", "lease_until"])
    return True


@transaction.atomic
def _record_failure(row_id: int, start: int, error: Exception) -> Outcome:
    """Keep what went wrong and set the next start, or give up after the last."""
    now = wall_now()
    dead = start >= MAX_STARTS
    OutboxRow.objects.filter(OPEN, pk=row_id, tries=start).update(
        last_error=f"{type(error).__name__}: {error}".replace("\0", "")[:ERROR_CHARS],
        lease_until=None,
        due_at=now + backoff(start),
        dead_at=now if dead else None,
    )
    return Outcome.DEAD if dead else Outcome.FAILED


def drain(
    limit: int | None = None, queues: Collection[str] | None = None, *, strict: bool = False
) -> int:
    """Run the due rows of the current tenant in this process, new ones included; returns how many
    came to be done. `strict` raises what a handler raises, after it was recorded.
    """
    if queues is not None and set(queues) == {HELD}:
        return _drain_held()
    done, busy = 0, set[int]()
    while limit is None or done < limit:
        row_id = due_rows(queues).exclude(pk__in=busy).values_list("pk", flat=True).first()
        if row_id is None:
            break
        outcome, error = execute(row_id)
        if error is not None and strict:
            raise error
        if outcome is Outcome.BUSY:
            busy.add(row_id)
        done += outcome is Outcome.DONE
    return done


def _drain_held() -> int:
    """Run the rows this process holds back: no lease; they are stored as done when the block ends."""
    done = 0
    while rows := held_rows():
        for row in rows:
            with outside.at_home():
                _target(row).call(row.payload)
            row.done_at, row.tries = wall_now(), 1
        done += len(rows)
    return done
