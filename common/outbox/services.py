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
from common.schema import current_schema


@transaction.atomic
def retry_task(*, row_id: int, actor: Actor) -> OutboxRow:
    """Give a failed or overdue row three new starts, at once.

    Conflict when it is done or under way.
    """
    row = _unfinished(row_id)
    row.tries = 0
    row.due_at = wall_now()
    row.dead_at = row.lease_until = None
    row.save(update_fields=["tries", "due_at", "dead_at", "lease_until"])
    record(actor, "task.retried", row, handler=row.handler, error=row.last_error)
    bell = partial(ring, current_schema(), [(row.pk, row.queue)])
    transaction.on_commit(bell, robust=True)
    return row


@transaction.atomic
def skip_task(*, row_id: int, actor: Actor) -> OutboxRow:
    """Close a failed or overdue row without running it; the error stays with the row."""
    row = _unfinished(row_id)
    row.done_at = wall_now()
    row.lease_until = None
    row.save(update_fields=["done_at", "lease_until"])
    record(actor, "task.skipped", row, handler=row.handler, error=row.last_error)
    return row


def _unfinished(row_id: int) -> OutboxRow:
    rows = OutboxRow.objects.select_for_update(skip_locked=True)
    row = rows.filter(pk=row_id, done_at=None).first()
    if row is None:
        raise Conflict("task.taken", _("This task is running right now or is finished already"))
    return row
