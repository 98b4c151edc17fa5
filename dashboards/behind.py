"""What stands behind cells: found through the cells themselves, so a list adds up to its figure.

A cell notes every event it was made of. Its list reads those notes and asks nothing of where an
order stands by now or whose it is: who may see a cell sees what is in it, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from dashboards.figures import Figures
from dashboards.models import RevenueRollup, RollupApplied
from dashboards.rollups import ADJUSTMENT, ENTRY, MEASURES
from settlement.models import Settlement, SettlementAdjustment
from settlement.selectors import figures_of_adjustments, read_figures
from settlement.unordered import entries_shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settlement.selectors import SettlementFigures
    from workorders.models import WorkOrder

_IN, _OUT = "+", "-"


@dataclass(frozen=True, slots=True)
class Behind:
    """A settled order, what people moved of one, or money without an order; with what it brought.

    A settled order needs no words; `payees` gain or lose by what is no settled order.
    """

    figures: SettlementFigures
    order: WorkOrder | None
    words: str = ""
    payees: tuple[str, ...] = ()

    @property
    def sums(self) -> Figures:
        """What it adds to its cell."""
        values = [getattr(self.figures, name) for name in MEASURES[1:]]
        return Figures(0 if self.words else 1, *values)


def behind(cells: QuerySet[RevenueRollup], *, most: int) -> list[Behind]:
    """Return the newest of what is in some cells; a number of queries that does not depend on it."""
    rows = _in(cells).order_by("-cell__day", "-pk").values_list("source_key", flat=True)
    keys = list(rows[:most])
    found = (
        _settled(_ids(keys, _IN)) | _moved(_ids(keys, ADJUSTMENT)) | _unordered(_ids(keys, ENTRY))
    )
    return [found[key] for key in keys if key in found]


def count_behind(cells: QuerySet[RevenueRollup]) -> int:
    """Return how many things are in some cells."""
    return _in(cells).count()


def _in(cells: QuerySet[RevenueRollup]) -> QuerySet[RollupApplied]:
    """What was added to these cells and not taken out again."""
    out = Concat(Value(_OUT), Substr(OuterRef("source_key"), 2))
    taken = Exists(RollupApplied.objects.filter(source_key=out))
    added = RollupApplied.objects.filter(cell__in=cells).exclude(source_key__startswith=_OUT)
    return added.exclude(Q(source_key__startswith=_IN) & taken)


def _ids(keys: Iterable[str], letter: str) -> list[int]:
    return [int(key[1:]) for key in keys if key[0] == letter]


def _settled(ids: list[int]) -> dict[str, Behind]:
    found = Settlement.objects.filter(pk__in=ids)
    orders = {row.pk: row.work_order for row in found.select_related("work_order")}
    return {
        f"{_IN}{figures.settlement_id}": Behind(figures, orders[figures.settlement_id])
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
