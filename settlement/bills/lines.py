"""One line of any platform's bill in our words; plain values, no Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of any platform's bill in our words; amounts in fen, refunds negative."""

    bill_line_id: str
    order_number: str
    line_id: str
    kind: str
    amount_fen: int
    fee_fen: int
    booked_on: date
    raw: dict[str, Any] = field(default_factory=dict, hash=False)
