"""The background steps of closing; `settlement.handlers` brings them to the outbox."""

from __future__ import annotations

from common.outbox import subscribe
from settlement.closing.events import BooksToProve
from settlement.closing.proof import prove_books


@subscribe(BooksToProve, queue="bulk")
def on_books_to_prove(event: BooksToProve) -> None:
    """Look for what contradicts the invariants of money."""
    prove_books(run_id=event.run_id)
