"""The one Celery task: run the row with this id."""

from __future__ import annotations

from celery import shared_task

from common.outbox.execution import run_message
from common.tasks import TenantTask


def _run_row(row_id: int) -> str:
    return run_message(row_id)


# Called, not used as a decorator: Celery carries no types.
run_row = shared_task(base=TenantTask, name="common.outbox.tasks.run_row")(_run_row)
