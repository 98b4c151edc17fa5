"""Colour steps of heat tables: quantiles for sums, two-sided for changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

HEAT_STEPS = 7


def quantile_bounds(values: Iterable[int | None], *, steps: int = HEAT_STEPS) -> tuple[int, ...]:
    """Smallest value of each step from the second on (`steps - 1` bounds, ascending).

    Cells without a value do not count; equal values always share a step.
    """
    known = sorted(value for value in values if value is not None)
    if not known:
        return ()
    return tuple(known[min(len(known) - 1, len(known) * k // steps)] for k in range(1, steps))


def heat_level(value: int | None, bounds: Sequence[int]) -> int:
    """Step 0 … 6 of a value; 0 also for no value."""
    return 0 if value is None else bisect_right(bounds, value)


def two_sided_level(change_bp: int | None, *, full_bp: int = 3_000) -> int:
    """Step −3 … 3 of a change; `full_bp` and beyond is the darkest, ±1/6 of it is none."""
    if change_bp is None:
        return 0
    sixths = abs(change_bp) * 6 // full_bp
    level = 0 if sixths < 1 else 1 if sixths < 3 else 2 if sixths < 6 else 3
    return -level if change_bp < 0 else level
