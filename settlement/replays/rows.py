"""Rows and bars of a replay: somebody's money before and after, and how changes spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.svg import Bin
from settlement.replays.tally import EDGES_FEN

BAR_LABELS = (
    "≤ −50", "−50…−20", "−20…−10", "−10…−5", "−5…0", "0", "0…5", "5…10", "10…20", "20…50", "> 50",
)  # fmt: skip
"""The bars' edges in yuan."""


@dataclass(frozen=True, slots=True)
class SumRow:
    """Somebody's money before and after."""

    name: str
    before_fen: int
    after_fen: int
    orders: int = 0

    @property
    def diff_fen(self) -> int:
        """What is added (negative: taken away)."""
        return self.after_fen - self.before_fen


def bars_of(histogram: Sequence[int]) -> list[Bin]:
    """Return the bars of a histogram over `EDGES_FEN`, losses on the left."""
    middle = EDGES_FEN.index(0)
    return [
        Bin(label, count, (n > middle) - (n < middle))
        for n, (label, count) in enumerate(zip(BAR_LABELS, histogram, strict=True))
    ]
