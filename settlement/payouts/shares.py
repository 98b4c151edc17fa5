"""The shares of a payout batch: which are undecided, and what a decision posts."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from common import clock
from settlement.models import PayoutBatch, PayoutItem, Share
from settlement.payouts.batches import settle_partly

State = Share.State
UNDECIDED = (State.PLANNED, State.SENT)


def open_shares(batch: PayoutBatch) -> QuerySet[Share]:
    """Return the shares nobody knows the end of yet."""
    return batch.shares.filter(state__in=UNDECIDED)


def shares_of(batch: PayoutBatch, fund: int) -> list[Share]:
    """Return the undecided shares of one payment: those of one request, in its order."""
    found = open_shares(batch).filter(fund_id=fund)
    return list(found.select_related("item__batch", "item__party", "fund").order_by("pk"))


def decide(share: Share, reason: str) -> None:
    """Note that a share was paid (no reason), or why it came back."""
    share.state = State.FAILED if reason else State.PAID
    share.reason, share.decided_at = reason[:120], clock.now()
    share.save(update_fields=["state", "reason", "decided_at"])


def settle_item(item: PayoutItem) -> None:
    """Post what became of a transfer once every share of it is decided."""
    rows = item.shares.order_by("pk")
    if item.state != PayoutItem.State.TRANSIT:
        return
    if rows.filter(state__in=UNDECIDED).exists():
        return
    paid = rows.filter(state=State.PAID).aggregate(total=Sum("amount_fen"))["total"] or 0
    failed = rows.filter(state=State.FAILED).first()
    settle_partly(item, paid_fen=int(paid), reason=failed.reason if failed else "")
