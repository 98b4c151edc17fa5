"""How far what regions set lies apart, and whether headquarters' own price lists do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from settlement.engine.paths import split, value_at
from settlement.engine.regional import hq_part, own_values

WHOLE_BP = 10_000
TOGETHER = ""
"""The path of a gap that no value makes alone."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A value with its lowest and highest, the regions they count in ("" headquarters).

    `by` names the fact whose values stand in place of regions: a price list of headquarters. `job`
    is what a job has to be for the two to differ, and `low_fen` and `high_fen` what it pays then:
    the component `part`, or the whole of a payee where `part` is empty.
    """

    path: str
    column: int | None  # of a price list with several columns
    low: Any
    high: Any
    low_region: str
    high_region: str
    gap_bp: int
    by: str = ""
    part: str = ""
    job: Mapping[str, Any] = field(default_factory=dict)
    low_fen: int | None = None
    high_fen: int | None = None


def price_gaps(body: Mapping[str, Any]) -> Iterator[Gap]:
    """Yield how far apart regions and headquarters are in each amount and rate a region sets.

    What a component pays changes by the same ratio as its amount or rate, so these need no job to
    be compared: the same item and column, the same row, the same number of a component.
    """
    overrides, rules = own_values(body), hq_part(body)
    for path in changed_paths(body):
        if not is_price(rules, path):
            continue
        everywhere = {"": value_at(rules, path)}
        everywhere |= {code: v[path] for code, v in overrides.items() if path in v}
        first = everywhere[""]
        columns = range(len(first)) if isinstance(first, list) else [None]
        for column in columns:
            cell = {c: v if column is None else v[column] for c, v in everywhere.items()}
            yield gap_of(path, column, cell)


def changed_paths(body: Mapping[str, Any]) -> list[str]:
    """Return the places any region sets, in a fixed order."""
    return sorted({path for values in own_values(body).values() for path in values})


def gap_of(path: str, column: int | None, cell: Mapping[str, int], *, by: str = "") -> Gap:
    """Return the lowest and the highest of some numbers, by where each counts."""
    low = min(cell, key=lambda code: (cell[code], code))
    high = max(cell, key=lambda code: (cell[code], code))
    apart = ratio_bp(cell[low], cell[high])
    return Gap(path, column, cell[low], cell[high], low, high, apart, by)


def ratio_bp(low: int, high: int) -> int:
    """Return how far one number lies above another, in basis points of the smaller in size."""
    if low == high:
        return 0
    if high < 0:
        low, high = -high, -low  # two deductions, compared as such
    # From nothing or below it to something there is no ratio: always beyond every limit.
    return (high - low) * WHOLE_BP // low if low > 0 else 100 * WHOLE_BP


def is_price(rules: Mapping[str, Any], path: str) -> bool:
    """Whether a place holds an amount or a rate, or how many units an amount is for.

    Shares of a release say when, not how much.
    """
    steps = split(path)
    if steps[0] == "grids":
        return True
    if steps[0] == "components" and value_at(rules, f"/components/{steps[1]}/kind") == "release":
        return False
    return steps[0] in ("tables", "components") and (
        steps[-1] in ("bp", "per", "per_min") or steps[-1].endswith(("_fen", "_bp"))
    )
