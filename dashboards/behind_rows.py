"""What a cell was made of, as rows people read: settled orders, adjustments, money without an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from dashboards.figures import Figures
from dashboards.rollups import ADJUSTMENT, ENTRY, MEASURES
from settlement.models import Settlement, SettlementAdjustment
from settlement.selectors import figures_of_adjustments, read_figures
from settlement.unordered import entries_shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settlement.selectors import SettlementFigures
    from workorders.models import WorkOrder

IN, OUT = "+", "-"
"""Before the id of a settlement that was added, or taken out again."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A settled order (without words), what people moved of one, or money without an order."""

    figures: SettlementFigures
    order: WorkOrder | None
    words: str = ""
    payees: tuple[str, ...] = ()

    @property
    def sums(self) -> Figures:
        """What it adds to its cell."""
        values = [getattr(self.figures, name) for name in MEASURES[1:]]
        return Figures(0 if self.words else 1, *values)


def rows_of(keys: list[str]) -> dict[str, Behind]:
    """Return what some notes stand for, by their keys."""
    settled, moved = _settled(_ids(keys, IN)), _moved(_ids(keys, ADJUSTMENT))
    return settled | moved | _unordered(_ids(keys, ENTRY))


def _ids(keys: Iterable[str], letter: str) -> list[int]:
    return [int(key[1:]) for key in keys if key[0] == letter]


def _settled(ids: list[int]) -> dict[str, Behind]:
    found = Settlement.objects.filter(pk__in=ids)
    orders = {row.pk: row.work_order for row in found.select_related("work_order")}
    return {
        f"{IN}{figures.settlement_id}": Behind(figures, orders[figures.settlement_id])
        for figures, _active in read_figures(found)
    }


def _moved(ids: list[int]) -> dict[str, Behind]:
    rows = SettlementAdjustment.objects.select_related("work_order", "payee", "payer").in_bulk(ids)
    return {
        f"{ADJUSTMENT}{pk}": Behind(
            figures,
            rows[pk].work_order,
            _("Adjustment: %(reason)s") % {"reason": rows[pk].reason},
            (rows[pk].payee.name, rows[pk].payer.name),
        )
        for pk, figures in figures_of_adjustments(ids)
    }


def _unordered(ids: list[int]) -> dict[str, Behind]:
    return {
        f"{ENTRY}{each.entry_id}": Behind(each.figures, None, each.words, each.payees)
        for each in entries_shown(ids)
    }
