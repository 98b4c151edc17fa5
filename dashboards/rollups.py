"""The revenue roll-up: deltas by events of money, each applied once; rebuildable to the fen."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction

from common import clock
from common.schema import current_schema
from common.transactions import transactional
from dashboards.models import RevenueRollup, RollupApplied
from settlement.selectors import (
    adjustment_figures,
    adjustments_in_order,
    chunks,
    figures_of,
    settlements_in_order,
)
from settlement.unordered import entry_figures, figures_of_entries, unordered_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from settlement.selectors import SettlementFigures

MEASURES = (
    "orders", "revenue_fen", "installer_fen", "channel_fen", "tax_fen", "outside_fen",
    "margin_fen",
)  # fmt: skip
PLACE = ("day", "region_id", "item_id", "branch_id", "outlet_id")
_LATE_COMMITS = 500
_BATCH = 1_000
ADJUSTMENT, ENTRY = "a", "e"
"""Before the id of what was added once."""
Place = tuple[Any, ...]
"""The values of `PLACE`."""


@transactional
def apply_settlement(*, settlement_id: int, sign: int) -> bool:
    """Add (sign 1) or take back (sign −1) a settlement; False when that changed nothing.

    Events may arrive twice, at the same time and in either order: what is taken back before it was
    added is never added.
    """
    _one_at_a_time(settlement_id)
    added, taken = key_of(1, settlement_id), key_of(-1, settlement_id)
    applied = RollupApplied.objects.filter(source_key__in=[added, taken])
    done = {row.source_key: row for row in applied}
    key, opposite = (added, done.get(taken)) if sign > 0 else (taken, done.get(added))
    if key in done:
        return False
    counts = opposite is None if sign > 0 else opposite is not None
    cell_id = None
    if counts:
        figures = figures_of(settlement_id)
        cell_id = (
            _add(place_of(figures), measured(figures))
            if opposite is None
            else _take(figures, opposite.cell_id)
        )
    RollupApplied.objects.create(source_key=key, cell_id=cell_id, applied_at=clock.wall_now())
    return counts


@transactional
def apply_adjustment(*, adjustment_id: int) -> bool:
    """Add what people moved of an order's money; False when it was added before."""
    return _add_once(
        -adjustment_id, f"{ADJUSTMENT}{adjustment_id}", lambda: adjustment_figures(adjustment_id)
    )


@transactional
def apply_entry(*, entry_id: int) -> bool:
    """Add what an entry without an order moved; False when it was added before."""
    key = f"{ENTRY}{entry_id}"
    return _add_once(key, key, lambda: entry_figures(entry_id))


def _add_once(turn: int | str, key: str, figures: Callable[[], SettlementFigures]) -> bool:
    _one_at_a_time(turn)
    if RollupApplied.objects.filter(source_key=key).exists():
        return False
    found = figures()
    cell_id = _add(place_of(found), measured(found, orders=0))
    RollupApplied.objects.create(source_key=key, cell_id=cell_id, applied_at=clock.wall_now())
    return True


def key_of(sign: int, settlement_id: int) -> str:
    """Return under what adding (1) or taking back (-1) a settlement is noted."""
    return f"{'+' if sign > 0 else '-'}{settlement_id}"


def _one_at_a_time(turn: int | str) -> None:
    """Two handlers of one thing, unaware of each other, would add it twice or leave it in."""
    with connection.cursor() as cursor:
        name = f"{current_schema()}\x1frollup\x1f{turn}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5310))", [name])


def place_of(figures: SettlementFigures) -> Place:
    """Return the cell that figures belong into."""
    return tuple(getattr(figures, name) for name in PLACE)


def measured(figures: SettlementFigures, *, orders: int = 1) -> list[int]:
    """Return the values of `MEASURES`."""
    return [
        orders, figures.revenue_fen, figures.installer_fen,
        figures.channel_fen, figures.tax_fen, figures.outside_fen, figures.margin_fen,
    ]  # fmt: skip


def _add(place: Place, measured: list[int]) -> int:
    """Add to the cell, made when it is the first: one statement, so writers never lose a delta."""
    table = connection.ops.quote_name(RevenueRollup._meta.db_table)
    columns = ", ".join((*PLACE, *MEASURES))
    marks = ", ".join(["%s"] * (len(PLACE) + len(MEASURES)))
    sums = ", ".join(f"{name} = cell.{name} + EXCLUDED.{name}" for name in MEASURES)
    keys = ", ".join(PLACE)
    statement = (
        f"INSERT INTO {table} AS cell ({columns}) VALUES ({marks}) "  # noqa: S608 - our own names
        f"ON CONFLICT ({keys}) DO UPDATE SET {sums} RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*place, *measured])
        row = cursor.fetchone()
    return int(row[0])


def _take(figures: SettlementFigures, cell_id: int | None) -> int | None:
    table = connection.ops.quote_name(RevenueRollup._meta.db_table)
    sums = ", ".join(f"{name} = {name} - %s" for name in MEASURES)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sums} WHERE id = %s",  # noqa: S608 - our own names
            [*measured(figures), cell_id],
        )
    return cell_id


class Rebuilt(NamedTuple):
    """How many settlements count now, and how far the kept roll-up was off, in all its sums."""

    settlements: int
    cells_changed: int
    difference_fen: int


def hold_handlers() -> None:
    """Let everybody who would change the roll-up wait for the end of the transaction."""
    table = connection.ops.quote_name(RollupApplied._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def rebuild(first: date = date.min, last: date = date.max) -> Rebuilt:
    """Make the roll-up of some days (all by default) anew; a difference means an event was missed.

    From active settlements and what stands beside them. Handlers wait meanwhile. Those of
    settlements that are in by then find them applied.
    """
    hold_handlers()
    days = (first, last)
    before, places = _kept(days), _places_of_entries(days)
    RollupApplied.objects.filter(cell__day__range=days).delete()
    RevenueRollup.objects.filter(day__range=days).delete()
    count = 0
    settled = settlements_in_order(first, last)
    while batch := list(islice(settled, _BATCH)):
        cells = _add_together([figures for figures, active in batch if active])
        count += sum(active for _figures, active in batch)
        _note_applied(batch, cells)
    _add_each(ADJUSTMENT, adjustments_in_order(first, last), {})
    _add_each(ENTRY, _entries(days, places), places)
    after = _kept(days)
    zeros = (0,) * len(MEASURES)
    pairs = [
        (before.get(key, zeros), after.get(key, zeros)) for key in before.keys() | after.keys()
    ]
    changed = [(old, new) for old, new in pairs if old != new]
    off = sum(abs(a - b) for old, new in changed for a, b in zip(old[1:], new[1:], strict=True))
    return Rebuilt(count, len(changed), off)


def _note_applied(batch: list[tuple[SettlementFigures, bool]], cells: dict[Place, int]) -> None:
    """Note what is in; what was taken back may be noted already, without a cell."""
    rows = [
        row
        for figures, active in batch
        for row in _applied(
            figures.settlement_id, active, cells[place_of(figures)] if active else None
        )
    ]
    RollupApplied.objects.filter(source_key__in=[row.source_key for row in rows]).delete()
    RollupApplied.objects.bulk_create(rows)


def _entries(
    days: tuple[date, date], places: dict[str, Place]
) -> Iterator[tuple[int, SettlementFigures]]:
    """Yield the entries of some days: those that stood there, and those that stand nowhere yet."""
    yield from figures_of_entries(int(key.removeprefix(ENTRY)) for key in places)
    for batch in chunks(unordered_entries(*days)):
        keys = [f"{ENTRY}{pk}" for pk, _figures in batch]
        known = RollupApplied.objects.filter(source_key__in=keys)
        there = places.keys() | set(known.values_list("source_key", flat=True))
        for pk, figures in batch:
            if f"{ENTRY}{pk}" not in there and days[0] <= figures.day <= days[1]:
                yield pk, figures


def _add_each(
    letter: str, found: Iterator[tuple[int, SettlementFigures]], places: dict[str, Place]
) -> None:
    """Add what stands beside settlements; what was added before stays in the place it has."""
    while batch := list(islice(found, _BATCH)):
        RollupApplied.objects.bulk_create(
            RollupApplied(
                source_key=f"{letter}{pk}",
                cell_id=_add(
                    places.get(f"{letter}{pk}") or place_of(figures),
                    measured(figures, orders=0),
                ),
                applied_at=clock.wall_now(),
            )
            for pk, figures in batch
        )


def _places_of_entries(days: tuple[date, date]) -> dict[str, Place]:
    """Where entries without an order stand: an installer who moves takes no old bonus along."""
    columns = [f"cell__{name}" for name in PLACE]
    rows = RollupApplied.objects.filter(source_key__startswith=ENTRY, cell__day__range=days)
    return {key: tuple(place) for key, *place in rows.values_list("source_key", *columns)}


def _add_together(batch: list[SettlementFigures]) -> dict[Place, int]:
    """Add many settlements, each cell once; return the cell of each place."""
    sums: dict[Place, list[int]] = {}
    for figures in batch:
        values, place = measured(figures), place_of(figures)
        known = sums.get(place)
        sums[place] = [a + b for a, b in zip(known, values, strict=True)] if known else values
    return {place: _add(place, values) for place, values in sums.items()}


def _kept(days: tuple[date, date]) -> dict[tuple[Any, ...], tuple[int, ...]]:
    rows = RevenueRollup.objects.filter(day__range=days).values_list(*PLACE, *MEASURES)
    width = len(PLACE)
    return {row[:width]: row[width:] for row in rows if any(row[width:])}


def _applied(settlement_id: int, active: bool, cell_id: int | None) -> Iterator[RollupApplied]:
    for sign in (1,) if active else (1, -1):
        yield RollupApplied(
            source_key=key_of(sign, settlement_id), cell_id=cell_id, applied_at=clock.wall_now()
        )


def stamp() -> str:
    """Return what changes whenever the roll-up changes; polls compare it.

    The newest number alone would miss a transaction that took its number earlier and committed
    later, so the last numbers are counted too.
    """
    table = connection.ops.quote_name(RollupApplied._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(id), count(*) FROM {table} "  # noqa: S608 - our own name
            f"WHERE id > (SELECT coalesce(max(id), 0) - %s FROM {table})",
            [_LATE_COMMITS],
        )
        newest, count = cursor.fetchone()
    return f"{newest or 0}.{count}"
