"""The revenue roll-up: deltas by settlement events, each applied once; rebuildable to the fen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max

from common import clock
from dashboards.models import RevenueRollup, RollupApplied
from settlement.selectors import figures_of, settlements_in_order

if TYPE_CHECKING:
    from datetime import date

    from settlement.selectors import SettlementFigures

_MEASURES = (
    "orders", "revenue_fen", "installer_fen", "channel_fen", "tax_fen", "margin_fen",
)  # fmt: skip
_PLACE = ("day", "region_id", "item_id", "branch_id", "outlet_id")


@dataclass(frozen=True, slots=True)
class Delta:
    """What one settlement adds to its cell, or takes from it (sign −1)."""

    figures: SettlementFigures
    sign: int

    def values(self) -> list[date | int | None]:
        """Return place and measures in the order of the columns."""
        measured = [
            1, self.figures.revenue_fen, self.figures.installer_fen,
            self.figures.channel_fen, self.figures.tax_fen, self.figures.margin_fen,
        ]  # fmt: skip
        return [
            *(getattr(self.figures, name) for name in _PLACE),
            *(self.sign * value for value in measured),
        ]


@transaction.atomic
def apply_settlement(*, settlement_id: int, sign: int) -> bool:
    """Add (sign 1) or take back (sign −1) a settlement; False when that was done before."""
    key = f"{'+' if sign > 0 else '-'}{settlement_id}"
    _row, new = RollupApplied.objects.get_or_create(
        source_key=key, defaults={"applied_at": clock.wall_now()}
    )
    if not new:
        return False
    figures = figures_of(settlement_id)
    if figures.region_id is None:
        return False
    _add(Delta(figures, sign))
    return True


def _add(delta: Delta) -> None:
    """Add to the cell, made when it is the first: one statement, so writers never lose a delta."""
    table = connection.ops.quote_name(RevenueRollup._meta.db_table)
    columns = ", ".join((*_PLACE, *_MEASURES))
    marks = ", ".join(["%s"] * (len(_PLACE) + len(_MEASURES)))
    sums = ", ".join(f"{name} = cell.{name} + EXCLUDED.{name}" for name in _MEASURES)
    place = ", ".join(_PLACE)
    statement = (
        f"INSERT INTO {table} AS cell ({columns}) VALUES ({marks}) "  # noqa: S608 - our own names
        f"ON CONFLICT ({place}) DO UPDATE SET {sums}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, delta.values())


@transaction.atomic
def rebuild() -> int:
    """Make the roll-up anew from the active settlements; return how many it holds."""
    RevenueRollup.objects.all().delete()
    RollupApplied.objects.all().delete()
    count = 0
    for figures, active in settlements_in_order():
        applied = [
            RollupApplied(source_key=f"+{figures.settlement_id}", applied_at=clock.wall_now())
        ]
        if active:
            if figures.region_id is not None:
                _add(Delta(figures, 1))
                count += 1
        else:
            applied.append(
                RollupApplied(source_key=f"-{figures.settlement_id}", applied_at=clock.wall_now())
            )
        RollupApplied.objects.bulk_create(applied)
    return count


def stamp() -> str:
    """Return what changes whenever the roll-up changes; polls compare it."""
    return str(RollupApplied.objects.aggregate(last=Max("pk"))["last"] or 0)
