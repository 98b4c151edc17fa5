"""What must always be true of the work in the background."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from common.clock import wall_now
from common.invariants import invariant
from common.outbox.events import HELD
from common.outbox.models import OPEN, OutboxRow

PATIENCE = timedelta(minutes=2)


@invariant("I11", "Every row of the outbox is done, given up, or due for less than two minutes")
def rows_are_worked_off() -> Iterator[str]:
    """Open rows that should have begun two minutes ago; held ones belong to whoever drains them."""
    late = OutboxRow.objects.filter(OPEN, due_at__lt=wall_now() - PATIENCE).exclude(queue=HELD)
    for pk, handler in late.values_list("pk", "handler"):
        yield f"row {pk} for {handler} waits"
