"""Keeps the roll-up as money comes and goes."""

from __future__ import annotations

from datetime import date

from common.nights import is_hour_of_night
from common.outbox import scheduled, subscribe
from dashboards.events import RollupCheckAdvanced
from dashboards.nightly import advance_check, start_check
from dashboards.rollups import apply_adjustment, apply_entry, apply_settlement
from settlement.adjustments.events import AdjustmentPosted
from settlement.events import (
    MoneyChangedHands,
    SettlementReversed,
    WorkOrderResettled,
    WorkOrderSettled,
)


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


@scheduled("dashboards.rebuild", every_s=3_600, when=is_hour_of_night)
def check_every_night() -> None:
    """Every night: each cell is compared with a rebuild, made anew where it differs, and that is told."""
    start_check()


@subscribe(RollupCheckAdvanced, queue="bulk")
def on_check_advanced(event: RollupCheckAdvanced) -> None:
    """Compare the next month."""
    advance_check(check_id=event.check_id, month=date.fromisoformat(event.month))
