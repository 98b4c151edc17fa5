"""Rows and bars of a replay: money before and after, explained line by line, and how it spreads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
    url: str = field(default="", kw_only=True)  # of the page that explains it

    @property
    def diff_fen(self) -> int:
        """What is added (negative: taken away)."""
        return self.after_fen - self.before_fen


@dataclass(frozen=True, slots=True)
class PairRow:
    """A line under the old rules beside the same under the new ones."""

    label: str
    party: str
    before_fen: int | None
    before_why: tuple[str, ...]
    after_fen: int | None
    after_why: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the amounts differ."""
        return (self.before_fen or 0) != (self.after_fen or 0)


def bars_of(histogram: Sequence[int]) -> list[Bin]:
    """Return the bars of a histogram over `EDGES_FEN`, losses on the left."""
    middle = EDGES_FEN.index(0)
    return [
        Bin(label, count, (n > middle) - (n < middle))
        for n, (label, count) in enumerate(zip(BAR_LABELS, histogram, strict=True))
    ]
