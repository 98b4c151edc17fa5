"""What adjustments announce."""

from __future__ import annotations

from dataclasses import dataclass

from common.outbox import Event


@dataclass(frozen=True)
class AdjustmentPosted(Event):
    """Money of an order was moved by people."""

    adjustment_id: int
    order_id: int
