"""How far prices of one item and tier lie apart between regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from settlement.engine.paths import split, value_at
from settlement.engine.regional import hq_part, own_values

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Gap:
    """A price with its lowest and highest value, the regions they count in ("" headquarters)."""

    path: str
    column: int | None  # of a price list with several columns
    low: int
    high: int
    low_region: str
    high_region: str
    gap_bp: int


def gaps_beyond(body: Mapping[str, Any], limit_bp: int) -> list[Gap]:
    """Return the prices whose highest regional value lies further above the lowest than the limit.

    Compared are the cells of price lists and what tier rows give, each with its like: the same
    item and column, the same row. The widest gap comes first.
    """
    found = [gap for gap in _gaps(body) if gap.gap_bp > limit_bp]
    return sorted(found, key=lambda gap: (-gap.gap_bp, gap.path, gap.column or 0))


def _gaps(body: Mapping[str, Any]) -> Iterator[Gap]:
    overrides, rules = own_values(body), hq_part(body)
    for path in sorted(
        {path for values in overrides.values() for path in values if _is_price(path)}
    ):
        everywhere = {"": value_at(rules, path)}
        everywhere |= {code: v[path] for code, v in overrides.items() if path in v}
        first = everywhere[""]
        columns = range(len(first)) if isinstance(first, list) else [None]
        for column in columns:
            cell = {c: v if column is None else v[column] for c, v in everywhere.items()}
            low = min(cell, key=lambda code: (cell[code], code))
            high = max(cell, key=lambda code: (cell[code], code))
            yield Gap(
                path, column, cell[low], cell[high], low, high, _gap_bp(cell[low], cell[high])
            )


def _gap_bp(low: int, high: int) -> int:
    if low == high:
        return 0
    # From nothing or below it to something there is no ratio: always beyond every limit.
    return (high - low) * WHOLE_BP // low if low > 0 else 100 * WHOLE_BP


def _is_price(path: str) -> bool:
    steps = split(path)
    if steps[0] == "grids":
        return True
    return steps[0] == "tables" and steps[-1].endswith(("_fen", "_bp"))
