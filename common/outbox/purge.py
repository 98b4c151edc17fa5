"""Takes finished rows out of the way, in small batches."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from common.clock import wall_now
from common.outbox.events import JOB_TOPIC
from common.outbox.models import OutboxRow, PublicNote

KEEP_DONE = timedelta(days=3)
KEEP_JOBS = timedelta(hours=1)
KEEP_DEAD_JOBS = timedelta(days=1)
BATCH = 1000


def purge_tenant() -> int:
    """Delete up to a batch of each kind of finished row of the current tenant; returns how many.

    Dead events stay until somebody retries or skips them; a dead job slot is of no use after a
    day, its later slots have run or failed on their own.
    """
    now = wall_now()
    job = Q(topic=JOB_TOPIC)
    old = (
        OutboxRow.objects.filter(~job, done_at__lt=now - KEEP_DONE),
        OutboxRow.objects.filter(job, done_at__lt=now - KEEP_JOBS),
        OutboxRow.objects.filter(job, done_at=None, dead_at__lt=now - KEEP_DEAD_JOBS),
    )
    gone = 0
    for rows in old:
        batch = list(rows.values_list("pk", flat=True)[:BATCH])
        gone += OutboxRow.objects.filter(pk__in=batch).delete()[0] if batch else 0
    copied = PublicNote.objects.filter(copied_at__lt=now - KEEP_DONE)
    batch = list(copied.values_list("pk", flat=True)[:BATCH])
    return gone + (PublicNote.objects.filter(pk__in=batch).delete()[0] if batch else 0)
