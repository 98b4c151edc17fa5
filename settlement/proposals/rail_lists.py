"""Headquarters' own price lists by place: how far one place lies above another for the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from settlement.engine.facts import code_value
from settlement.engine.paths import join
from settlement.engine.regional import plain_part
from settlement.proposals.guard_rail import Gap, gap_of

PLACES = ("region", "region_path", "city", "city_level", "price_band", "cost_level", "branch")
"""Facts that say where a job is."""


def new_list_gaps(body: Mapping[str, Any], before: Mapping[str, Any] | None) -> Iterator[Gap]:
    """Yield the gaps between the places of headquarters' price lists.

    One that `before`, the version in force, had as wide already was decided on then: bands are
    made to differ, and asking again at every publication would teach people not to read.
    """
    known = {_key(gap): gap.gap_bp for gap in _list_gaps(before)} if before else {}
    for gap in _list_gaps(body):
        if gap.gap_bp > known.get(_key(gap), 0):
            yield gap


def _key(gap: Gap) -> tuple[str, int | None, str]:
    return gap.path, gap.column, gap.by


def _list_gaps(body: Mapping[str, Any]) -> Iterator[Gap]:
    for name, grid in plain_part(body).get("grids", {}).items():
        rows_by = grid["rows_by"] if isinstance(grid["rows_by"], list) else [grid["rows_by"]]
        prices: Mapping[str, Any] = grid["fen"]
        if grid.get("column_by") in PLACES:
            columns = [str(each) for each in grid["columns"]]
            for key, row in prices.items():
                if isinstance(row, list):
                    cells = dict(zip(columns, row, strict=True))
                    yield gap_of(
                        join(["grids", name, "fen", key]), None, cells, by=grid["column_by"]
                    )
        elif all(fact in PLACES for fact in rows_by):
            yield from _between_rows(name, prices, rows_by[0])


def _between_rows(name: str, prices: Mapping[str, Any], fact: str) -> Iterator[Gap]:
    lists = [row for row in prices.values() if isinstance(row, list)]
    for column in range(len(lists[0])) if lists else [None]:
        cells = {
            key: row[column] if isinstance(row, list) and column is not None else row
            for key, row in prices.items()
        }
        yield gap_of(join(["grids", name, "fen"]), column, cells, by=fact)


def place_of(gap: Gap, where: str) -> dict[str, Any]:
    """Return the fact a job has in one of the two places of such a gap."""
    value = code_value(where) if gap.by in ("price_band", "cost_level") else where
    return {gap.by: (value,) if gap.by == "region_path" else value}
