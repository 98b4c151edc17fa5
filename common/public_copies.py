"""Facts of a tenant that the platform keeps a copy of, carried over outside its transactions.

One transaction never writes a tenant's tables and public ones: on separate servers it would not
be atomic. So the fact is noted in the tenant, copied by the relay, and marked as copied after; a
copy may come twice and must not count twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django_tenants.utils import get_public_schema_name, schema_context

from common.clock import wall_now
from common.outbox.doorbell import ring
from common.outbox.models import PublicNote
from common.schema import current_schema

log = logging.getLogger(__name__)

Copy = Callable[[str, PublicNote], None]
NOTES_PER_TURN = 50
LONGEST_PAUSE_S = 3600
_copiers: dict[str, Copy] = {}


def note_for_public(topic: str, key: str, payload: dict[str, Any]) -> None:
    """Note a fact in the current tenant; the same topic and key again does nothing.

    RuntimeError outside a transaction or in the public schema.
    """
    if not connection.in_atomic_block or current_schema() == get_public_schema_name():
        raise RuntimeError(f"{topic} noted outside a tenant's transaction")
    note = PublicNote(topic=topic, key=key, payload=payload)
    PublicNote.objects.bulk_create([note], ignore_conflicts=True)
    transaction.on_commit(partial(ring, current_schema(), []), robust=True)


def copier(topic: str) -> Callable[[Copy], Copy]:
    """Register `def copy(schema_name, note)` for a topic.

    It runs with the public schema active, in a transaction of its own, and must be idempotent by
    (schema_name, note.key).
    """

    def keep(copy: Copy) -> Copy:
        known = _copiers.setdefault(topic, copy)
        if known.__module__ != copy.__module__:
            raise ValueError(f"two copiers for {topic}")
        _copiers[topic] = copy
        return copy

    return keep


def copy_open_notes(schema: str) -> int:
    """Copy the due notes of a tenant, a few at a time; returns how many were copied."""
    with schema_context(schema):
        due = PublicNote.objects.filter(copied_at=None, due_at__lte=wall_now())
        notes = list(due.order_by("due_at", "pk")[:NOTES_PER_TURN])
    return sum(_copy(schema, note) for note in notes)


def _copy(schema: str, note: PublicNote) -> bool:
    try:
        with schema_context(get_public_schema_name()), transaction.atomic():
            _copiers[note.topic](schema, note)
    except Exception as error:
        log.exception("note %s of %s not copied", note, schema)
        pause_s = min(LONGEST_PAUSE_S, 5 * 4 ** min(note.tries, 6))
        _mark(
            schema,
            note,
            tries=note.tries + 1,
            last_error=f"{type(error).__name__}: {error}",
            due_at=wall_now() + timedelta(seconds=pause_s),
        )
        return False
    _mark(schema, note, copied_at=wall_now())
    return True


def _mark(schema: str, note: PublicNote, **changes: Any) -> None:
    with schema_context(schema):
        PublicNote.objects.filter(pk=note.pk).update(**changes)
