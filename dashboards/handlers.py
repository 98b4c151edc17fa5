"""Keeps the roll-up as money comes and goes."""

from __future__ import annotations

import logging

from common.nights import is_hour_of_night
from common.outbox import scheduled, subscribe
from dashboards.invariants import rollup_equals_ledger
from dashboards.rollups import apply_adjustment, apply_entry, apply_settlement, rebuild
from settlement.adjustments.events import AdjustmentPosted
from settlement.events import (
    MoneyChangedHands,
    SettlementReversed,
    WorkOrderResettled,
    WorkOrderSettled,
)

log = logging.getLogger(__name__)
_NAMED = 3


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
def rebuild_every_night() -> None:
    """Every night: where the roll-up is not what the ledger has it is made anew, and that is told.

    Comparing costs two grouped sums and holds up nobody; making it anew holds up every event of money.
    """
    found = list(rollup_equals_ledger())
    if not found:
        return
    rebuilt = rebuild()
    log.warning(
        "the roll-up was off by %d fen in %d cells: %s",
        rebuilt.difference_fen, rebuilt.cells_changed, "; ".join(found[:_NAMED]),
    )  # fmt: skip
