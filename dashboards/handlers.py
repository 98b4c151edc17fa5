"""Keeps the roll-up as settlements come and go."""

from __future__ import annotations

from common.outbox import subscribe
from dashboards.rollups import apply_adjustment, apply_settlement
from settlement.adjustments.events import AdjustmentPosted
from settlement.events import SettlementReversed, WorkOrderSettled


@subscribe(WorkOrderSettled)
def on_settled(event: WorkOrderSettled) -> None:
    """Add the settlement to its cell."""
    apply_settlement(settlement_id=event.settlement_id, sign=1)


@subscribe(SettlementReversed)
def on_reversed(event: SettlementReversed) -> None:
    """Take the settlement out of its cell."""
    apply_settlement(settlement_id=event.settlement_id, sign=-1)


@subscribe(AdjustmentPosted)
def on_adjusted(event: AdjustmentPosted) -> None:
    """Add what people moved."""
    apply_adjustment(adjustment_id=event.adjustment_id)
