"""The heat table and the tiles of provinces, made of sums: words, colour steps and addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from common import formatting, svg
from dashboards.columns import NOWHERE
from dashboards.figures import NOTHING, Figures, change_bp, total
from dashboards.forms import Measure

OTHERS = -1
"""Stands for the columns beyond the widest table."""
MOST_COLUMNS = 12
_SHOW_WAN_FROM_FEN = 10_000_000

Key = tuple[int, int]
"""A service item and a column."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it prints, its colour class, and whether it opens."""

    column: int
    words: str
    css: str
    is_odd: bool = False
    opens: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A service item with its cells and its sum."""

    item: int
    name: str
    cells: list[Cell]
    sum: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its region (0 without one, −1 the rest), name and sum."""

    column: int
    name: str
    sum: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """The heat table; `bounds` are the words of its legend, empty for changes."""

    heads: list[Head]
    rows: list[Row]
    sum: str
    unit: str
    bounds: list[str]


@dataclass(frozen=True, slots=True)
class Sums:
    """Figures now and in the stretch before by item and column, and names of both."""

    now: Mapping[Key, Figures]
    before: Mapping[Key, Figures]
    items: Mapping[int, str]
    columns: Mapping[int, str]
    odd: frozenset[Key] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class _Scale:
    value: Callable[[Figures, Figures], int | None]
    words: Callable[[int | None], str]
    unit: str


def matrix(sums: Sums, measure: Measure, *, units: Mapping[str, str], others: str) -> Matrix:
    """Draw the table: rows and columns by falling revenue, the columns beyond twelve as one.

    `units` names "wan", "yuan", "percent" and "orders" in the reader's language.
    """
    order, folded = _columns(sums)
    now, before = _fold(sums.now, folded), _fold(sums.before, folded)
    scale = _scale(measure, now.values(), units)
    items = sorted(
        {item for item, _column in now},
        key=lambda item: -total(f for (i, _c), f in now.items() if i == item).revenue_fen,
    )

    def value(keys: Iterable[Key]) -> int | None:
        wanted = list(keys)
        return scale.value(
            total(now.get(key, NOTHING) for key in wanted),
            total(before.get(key, NOTHING) for key in wanted),
        )

    bounds = svg.quantile_bounds(value([key]) for key in now)
    is_change = measure is Measure.CHANGE

    def cell(item: int, column: int) -> Cell:
        key = (item, column)
        known = value([key]) if key in now else None
        level = svg.two_sided_level(known) if is_change else svg.heat_level(known, bounds)
        css = f"x-d{level}" if is_change else f"x-q{level}"
        return Cell(
            column, scale.words(known), css, key in sums.odd, key in now and column != OTHERS
        )

    names = {**sums.columns, OTHERS: others}
    return Matrix(
        heads=[
            Head(column, names.get(column, ""), scale.words(value((i, column) for i in items)))
            for column in order
        ],
        rows=[
            Row(
                item,
                sums.items.get(item, ""),
                [cell(item, column) for column in order],
                scale.words(value((item, column) for column in order)),
            )
            for item in items
        ],
        sum=scale.words(value((i, c) for i in items for c in order)),
        unit=scale.unit,
        bounds=[] if is_change or not bounds else [scale.words(bound) for bound in bounds],
    )


def _columns(sums: Sums) -> tuple[list[int], dict[int, int]]:
    """The columns in their order, and where each region's column ends up."""
    earned: dict[int, int] = {}
    for (_item, column), figures in sums.now.items():
        earned[column] = earned.get(column, 0) + figures.revenue_fen
    ranked = sorted(earned, key=lambda column: (column == NOWHERE, -earned[column], column))
    shown = ranked if len(ranked) <= MOST_COLUMNS + 1 else ranked[:MOST_COLUMNS]
    folded = {column: column if column in shown else OTHERS for column in ranked}
    return ([*shown, OTHERS] if len(shown) < len(ranked) else shown), folded


def _fold(sums: Mapping[Key, Figures], folded: Mapping[int, int]) -> dict[Key, Figures]:
    out: dict[Key, Figures] = {}
    for (item, column), figures in sums.items():
        key = (item, folded.get(column, OTHERS))
        out[key] = out.get(key, NOTHING) + figures
    return out


def _scale(measure: Measure, cells: Iterable[Figures], units: Mapping[str, str]) -> _Scale:
    match measure:
        case Measure.RATE:
            return _Scale(lambda now, _b: now.rate_bp, formatting.percent_bp, units["percent"])
        case Measure.ORDERS:
            return _Scale(lambda now, _b: now.orders, _counted, units["orders"])
        case Measure.CHANGE:
            return _Scale(
                lambda now, before: change_bp(now.revenue_fen, before.revenue_fen),
                lambda bp: formatting.percent_bp(bp, signed=True),
                units["percent"],
            )
    name = {Measure.PAYOUT: "installer_fen", Measure.MARGIN: "margin_fen"}.get(
        measure, "revenue_fen"
    )
    largest = max((abs(getattr(cell, name)) for cell in cells), default=0)
    in_wan = largest >= _SHOW_WAN_FROM_FEN
    return _Scale(
        lambda now, _before: int(getattr(now, name)),
        formatting.wan if in_wan else _whole_yuan,
        units["wan" if in_wan else "yuan"],
    )


def _counted(count: int | None) -> str:
    return formatting.NO_VALUE if count is None else f"{count:,}"


def _whole_yuan(amount_fen: int | None) -> str:
    """Fen as whole yuan: a small company's cells would all read 0.2 in ten-thousands."""
    if amount_fen is None:
        return formatting.NO_VALUE
    yuan = (abs(amount_fen) + 50) // 100
    return f"{formatting.MINUS if amount_fen < 0 and yuan else ''}{yuan:,}"


def province_tiles(
    by_province: Mapping[str, Figures], *, address: Callable[[str], str]
) -> tuple[dict[str, svg.TileValue], list[str]]:
    """Return the tiles of provinces by revenue with the words of their legend.

    `address` gives where a tap on a two-digit code leads.
    """
    revenue = {code: figures.revenue_fen for code, figures in by_province.items() if code}
    in_wan = max(revenue.values(), default=0) >= _SHOW_WAN_FROM_FEN
    words = formatting.wan if in_wan else _whole_yuan
    bounds = svg.quantile_bounds(revenue.values())
    tiles = {
        code: svg.TileValue(words(fen), svg.heat_level(fen, bounds), address(code))
        for code, fen in revenue.items()
    }
    return tiles, [words(bound) for bound in bounds]
