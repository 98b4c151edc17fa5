"""Gives the workers a few rows of each tenant in turn, so that no backlog delays the others."""

from __future__ import annotations

import logging
import time

from django.db import Error as DatabaseFailure
from django.db import connection
from django_tenants.utils import schema_context

from common.outbox import doorbell
from common.outbox.events import QUEUES
from common.outbox.selectors import due_rows, next_start
from common.public_copies import copy_open_notes

log = logging.getLogger(__name__)

BUSY_PAUSE_S = 0.1
"""A tenant with rows under way is looked at again after this long."""
TENANTS_PER_PASS = 50


def connection_is_gone() -> bool:
    """Return True when the failure was the database's, not one statement's."""
    return connection.connection is None or bool(connection.connection.closed)


def feed_dirty(active: frozenset[str]) -> int:
    """Serve the tenants whose time has come, the longest waiting first; returns how many."""
    schemas = doorbell.take_dirty(TENANTS_PER_PASS)
    queues = [queue for queue in QUEUES if not doorbell.queue_is_full(queue)]
    for schema in schemas:
        if schema not in active:
            continue
        try:
            feed_tenant(schema, queues)
        except DatabaseFailure:
            # One tenant's trouble (locked, dropped meanwhile) must not stop the others.
            log.exception("feeding %s failed", schema)
            if connection_is_gone():
                raise
    return len(schemas)


def feed_tenant(schema: str, queues: list[str]) -> int:
    """Send one tenant's due rows up to its cap, copy its public notes, and plan the next look.

    Returns the number of messages sent.
    """
    sent, waiting = 0, False
    with schema_context(schema):
        for queue in queues:
            rows = due_rows([queue]).values_list("pk", flat=True)[: doorbell.IN_FLIGHT_CAP]
            row_ids = list(rows)
            waiting = waiting or bool(row_ids)
            sent += doorbell.send(schema, queue, row_ids)
        copy_open_notes(schema)
        after = next_start()
    soon = time.time() + BUSY_PAUSE_S
    if waiting:
        doorbell.mark_dirty(schema, soon)
    elif after is not None:
        doorbell.mark_dirty(schema, max(after.timestamp(), soon))
    return sent
