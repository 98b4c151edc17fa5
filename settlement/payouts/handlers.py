"""The background steps of payouts; `settlement.handlers` brings them to the outbox."""

from __future__ import annotations

from common.outbox import subscribe
from settlement.payouts.events import SharesDue
from settlement.payouts.sharing import work_on_shares


@subscribe(SharesDue, queue="bulk", outside=True)
def on_shares_due(event: SharesDue) -> None:
    """Send or ask for the next request."""
    work_on_shares(batch_id=event.batch_id, after=event.after, round_=event.round_)
