"""What lending somebody for a day costs, against what their jobs leave the company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from settlement.engine.money import share_fen

if TYPE_CHECKING:
    from dispatch.models import SupportRequest


@dataclass(frozen=True, slots=True)
class Quote:
    """The cost of a day in whole fen; `margin_fen` is what `jobs` leave, None when unknown.

    Waiting costs nothing that day, and leaves the margin of these jobs undone.
    """

    subsidy_fen: int
    travel_fen_per_km: int
    way_m: int
    jobs: int
    margin_fen: int | None

    @property
    def travel_fen(self) -> int:
        """The way there and back."""
        return share_fen(self.travel_fen_per_km, 2 * self.way_m, 1_000)

    @property
    def cost_fen(self) -> int:
        """Subsidy and way."""
        return self.subsidy_fen + self.travel_fen

    @property
    def gain_fen(self) -> int | None:
        """What sending leaves beyond waiting; negative when it costs more than it brings."""
        return None if self.margin_fen is None else self.margin_fen - self.cost_fen


def quote_of(request: SupportRequest) -> Quote:
    """Return the cost as it was quoted."""
    return Quote(
        request.subsidy_fen,
        request.travel_fen_per_km,
        request.way_m,
        request.jobs,
        request.margin_fen,
    )
