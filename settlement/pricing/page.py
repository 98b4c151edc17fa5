"""The curve of a plan in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.svg import CurvePoint
from settlement.engine.words import yuan

if TYPE_CHECKING:
    from settlement.pricing.selectors import Simulated


def chart_of(found: Simulated) -> tuple[CurvePoint, ...]:
    """Return the margin at each step, today's and the best marked."""
    return tuple(
        CurvePoint(
            label=point.change,
            value=point.margin_fen,
            words=yuan(point.margin_fen),
            is_now=point.percent == 0,
            is_best=point == found.best,
        )
        for point in found.points
    )
