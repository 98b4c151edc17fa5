"""Refunds of one order, spread over its lines without losing or inventing a fen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workorders.intake_facts import RefundState


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund as the platform tells it; without `line_ids` it concerns the whole order."""

    refund_id: str
    state: RefundState
    refund_fen: int
    line_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineRefund:
    """What refunds mean for one line; `refund_fen` counts only what really went back."""

    state: RefundState = RefundState.NONE
    refund_fen: int = 0


def spread_refunds(refunds: Iterable[Refund], paid_fen: Mapping[str, int]) -> dict[str, LineRefund]:
    """Refund state and amount per line id, for lines with the given paid amounts.

    A refund over several lines comes with one amount: it fills the lines in their order, each up
    to what was paid for it; a rest beyond all of them is postage and belongs to no line.
    """
    found = {line_id: LineRefund() for line_id in paid_fen}
    for refund in refunds:
        if refund.state is RefundState.NONE:
            continue
        left_fen = refund.refund_fen if refund.state is RefundState.REFUNDED else 0
        for line_id in refund.line_ids or tuple(paid_fen):
            if line_id not in found:
                continue
            before = found[line_id]
            share_fen = min(left_fen, paid_fen[line_id] - before.refund_fen)
            left_fen -= share_fen
            found[line_id] = LineRefund(
                state=_stronger(before.state, refund.state),
                refund_fen=before.refund_fen + share_fen,
            )
    return found


def _stronger(one: RefundState, other: RefundState) -> RefundState:
    order = (RefundState.NONE, RefundState.ASKED, RefundState.REFUNDED)
    return max(one, other, key=order.index)
