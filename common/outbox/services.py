"""What a person may do with a task that failed: start it again, or do without it."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.clock import wall_now
from common.errors import Conflict
from common.journal.recording import Actor, record
from common.outbox.doorbell import ring
from common.outbox.models import OutboxRow
from common.outbox.selectors import failed_rows
from common.schema import current_schema

MOST_AT_ONCE = 500


@transaction.atomic
def retry_task(*, row_id: int, actor: Actor) -> OutboxRow:
    """Give a failed or overdue row three new starts, at once.

    Conflict when it is done or under way.
    """
    row = _unfinished(row_id)
    _start_again([row], actor)
    return row


@transaction.atomic
def retry_tasks(*, topic: str, actor: Actor) -> int:
    """Give every failed or overdue row of a topic ("": of all) three new starts; return how many.

    The oldest `MOST_AT_ONCE` of them; what is under way at this moment is left alone.
    """
    rows = failed_rows(topic=topic).order_by("due_at", "pk").select_for_update(skip_locked=True)
    found = list(rows[:MOST_AT_ONCE])
    _start_again(found, actor)
    return len(found)


@transaction.atomic
def skip_task(*, row_id: int, actor: Actor) -> OutboxRow:
    """Close a failed or overdue row without running it; the error stays with the row."""
    row = _unfinished(row_id)
    row.done_at = wall_now()
    row.lease_until = None
    row.save(update_fields=["done_at", "lease_until"])
    record(actor, "task.skipped", row, handler=row.handler, error=row.last_error)
    return row


def _start_again(rows: list[OutboxRow], actor: Actor) -> None:
    now = wall_now()
    for row in rows:
        row.tries, row.due_at, row.dead_at, row.lease_until = 0, now, None, None
        record(actor, "task.retried", row, handler=row.handler, error=row.last_error)
    OutboxRow.objects.bulk_update(rows, ["tries", "due_at", "dead_at", "lease_until"])
    bell = partial(ring, current_schema(), [(row.pk, row.queue) for row in rows])
    transaction.on_commit(bell, robust=True)


def _unfinished(row_id: int) -> OutboxRow:
    rows = OutboxRow.objects.select_for_update(skip_locked=True)
    row = rows.filter(pk=row_id, done_at=None).first()
    if row is None:
        raise Conflict("task.taken", _("This task is running right now or is finished already"))
    return row
