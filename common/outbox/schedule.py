"""Writes the rows of jobs that come round by the clock."""

from __future__ import annotations

import logging
from collections import deque
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django_tenants.utils import schema_context

from common.clock import wall_now
from common.outbox.doorbell import ring
from common.outbox.events import JOB_TOPIC, Job, jobs
from common.outbox.feeding import connection_is_gone
from common.outbox.models import OutboxRow
from common.schema import current_schema

log = logging.getLogger(__name__)

REST_AFTER_DEATH_S = 60
"""A job that was given up pauses so long, so that a broken one does not fill the table."""


def slot_of(job: Job, moment: datetime) -> datetime:
    """Return the start (UTC) of the job's slot that an aware moment lies in."""
    seconds = int(moment.timestamp())
    return datetime.fromtimestamp(seconds - seconds % job.every_s, UTC)


class Scheduler:
    """Remembers the slot it has seen per tenant and job; forgetting it costs only queries.

    The row's key names the slot, so any number of schedulers write it once.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], datetime] = {}
        self._waiting: deque[str] = deque()

    def tick(self, active: frozenset[str], limit: int = 50) -> int:
        """Write what is due for up to `limit` tenants and go on with the others next time.

        Returns the number of rows written.
        """
        if not self._waiting:
            self._waiting.extend(sorted(active))
        written = 0
        for _turn in range(min(limit, len(self._waiting))):
            schema = self._waiting.popleft()
            if schema in active:
                written += self._tick_tenant(schema, wall_now())
        return written

    def _tick_tenant(self, schema: str, now: datetime) -> int:
        due = [
            (job, slot)
            for job in jobs()
            if self._seen.get((schema, job.name)) != (slot := slot_of(job, now))
        ]
        if not due:
            return 0
        written = []
        with schema_context(schema):
            for job, slot in due:
                self._seen[schema, job.name] = slot
                row = _write_or_log(job, slot)
                if row is not None:
                    written.append((row.pk, row.queue))
        if written:
            ring(schema, written)
        return len(written)


def _write_or_log(job: Job, slot: datetime) -> OutboxRow | None:
    """Write one job's slot; a failing `when` costs its own job this slot and nobody else's."""
    try:
        with transaction.atomic():
            return write_slot(job, slot)
    except Exception:
        log.exception("job %s of %s not scheduled", job.name, current_schema())
        if connection_is_gone():
            raise
        return None


def write_slot(job: Job, slot: datetime) -> OutboxRow | None:
    """Write the job's row for a slot in the current tenant; None when it is not wanted or there.

    Not wanted: `when` says no, an earlier slot is still open, or the job died a moment ago.
    """
    rest = wall_now() - timedelta(seconds=REST_AFTER_DEATH_S)
    unfinished = OutboxRow.objects.filter(topic=JOB_TOPIC, handler=job.handler, done_at=None)
    if unfinished.exclude(dead_at__lt=rest).exists() or not (job.when is None or job.when()):
        return None
    row, created = OutboxRow.objects.get_or_create(
        handler=job.handler,
        key=f"{job.handler}:{slot.isoformat()}",
        defaults={"topic": JOB_TOPIC, "queue": job.queue},
    )
    return row if created else None
