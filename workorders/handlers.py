"""What this package does in the background."""

from __future__ import annotations

from common.outbox import subscribe
from workorders.events import ImportConfirmed
from workorders.services.importing import take_rows_in


@subscribe(ImportConfirmed, queue="bulk")
def on_import_confirmed(event: ImportConfirmed) -> None:
    """Take the next rows of an order file in."""
    take_rows_in(import_id=event.import_id, start=event.start)
