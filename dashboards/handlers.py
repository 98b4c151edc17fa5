"""Keeps the roll-up as money comes and goes."""

from __future__ import annotations

import logging

from common.outbox import scheduled, subscribe
from dashboards.rollups import apply_adjustment, apply_entry, apply_settlement, rebuild
from settlement.adjustments.events import AdjustmentPosted
from settlement.events import (
    MoneyChangedHands,
    SettlementReversed,
    WorkOrderResettled,
    WorkOrderSettled,
)

log = logging.getLogger(__name__)


@subscribe(WorkOrderSettled)
def on_settled(event: WorkOrderSettled) -> None:
    """Add the settlement to its cell."""
    apply_settlement(settlement_id=event.settlement_id, sign=1)


@subscribe(WorkOrderResettled)
def on_resettled(event: WorkOrderResettled) -> None:
    """Add what a recompute made of it; its earlier settlement is taken out by its own event."""
    apply_settlement(settlement_id=event.settlement_id, sign=1)


@subscribe(SettlementReversed)
def on_reversed(event: SettlementReversed) -> None:
    """Take the settlement out of its cell."""
    apply_settlement(settlement_id=event.settlement_id, sign=-1)


@subscribe(AdjustmentPosted)
def on_adjusted(event: AdjustmentPosted) -> None:
    """Add what people moved."""
    apply_adjustment(adjustment_id=event.adjustment_id)


@subscribe(MoneyChangedHands)
def on_changed_hands(event: MoneyChangedHands) -> None:
    """Add what no order stands behind: bonuses of periods, accepted differences of bills."""
    apply_entry(entry_id=event.entry_id)


@scheduled("dashboards.rebuild", every_s=86_400)
def rebuild_every_night() -> None:
    """Every night: the roll-up anew from the books; a difference is mended, and told."""
    rebuilt = rebuild()
    if rebuilt.difference_fen:
        log.warning(
            "the roll-up was off by %d fen in %d cells",
            rebuilt.difference_fen, rebuilt.cells_changed,
        )  # fmt: skip
