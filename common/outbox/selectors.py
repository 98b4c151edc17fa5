"""Which rows wait, which failed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Greatest

from common.clock import wall_now
from common.outbox.events import QUEUES
from common.outbox.models import OPEN, OutboxRow

OVERDUE_S = 120


def due_rows(queues: Collection[str] | None = None) -> QuerySet[OutboxRow]:
    """Return the open rows whose time has come and that nobody has just taken, oldest first."""
    now = wall_now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    rows = OutboxRow.objects.filter(OPEN, free, due_at__lte=now).order_by("due_at", "pk")
    return rows if queues is None else rows.filter(queue__in=queues)


def next_start() -> datetime | None:
    """Return when the next open row may start, None when all is done."""
    # PostgreSQL's GREATEST leaves a missing lease out.
    start = Min(Greatest("due_at", "lease_until"))
    moment: datetime | None = OutboxRow.objects.filter(OPEN, queue__in=QUEUES).aggregate(
        start=start
    )["start"]
    return moment


def failed_rows(*, topic: str = "") -> QuerySet[OutboxRow]:
    """Return rows given up and open rows overdue by two minutes, the newest first; of one topic."""
    late = wall_now() - timedelta(seconds=OVERDUE_S)
    dead = Q(dead_at__isnull=False, done_at__isnull=True)
    rows = OutboxRow.objects.filter(dead | (OPEN & Q(due_at__lt=late))).order_by("-due_at", "-pk")
    return rows.filter(topic=topic) if topic else rows


def failed_topics() -> list[tuple[str, int]]:
    """Return every topic something of which failed, with how many, by name."""
    counted = failed_rows().order_by("topic").values_list("topic").annotate(n=Count("pk"))
    return list(counted)
