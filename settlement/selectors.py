"""Questions about settlements, for pages and for higher packages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q, QuerySet, Sum

from settlement.models import Settlement, SettlementAdjustment, SettlementLine
from settlement.recipients import Shares, by_recipient, shares_of, shares_of_entries

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 1_000
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementFigures(Shares):
    """What one settlement, or one entry beside it, means for a company's figures, and where.

    Money without an order has no item, and no settlement (0).
    """

    settlement_id: int
    day: date
    region_id: int | None
    item_id: int | None
    branch_id: int | None
    outlet_id: int | None


_COLUMNS = (
    "pk", "done_on", "work_order__site_region_id", "work_order__item_version__item_id",
    "work_order__settled_by_id", "work_order__served_by_id", "paid_fen", "status",
)  # fmt: skip


def figures_of(settlement_id: int) -> SettlementFigures:
    """Return the figures of one settlement, also of a reversed one."""
    ((figures, _active),) = read_figures(Settlement.objects.filter(pk=settlement_id))
    return figures


def adjustment_figures(adjustment_id: int) -> SettlementFigures:
    """Return what an adjustment changed, in the place of the settlement it was made on."""
    (found,) = _posted(SettlementAdjustment.objects.filter(pk=adjustment_id))
    return found[1]


def figures_of_adjustments(ids: Iterable[int]) -> Iterator[tuple[int, SettlementFigures]]:
    """Yield what posted adjustments of orders changed, with their ids."""
    yield from _posted(SettlementAdjustment.objects.filter(pk__in=list(ids)).exclude(entry=None))


def adjustments_in_order(
    first: date = date.min, last: date = date.max
) -> Iterator[tuple[int, SettlementFigures]]:
    """Yield posted adjustments with id and figures, the oldest first: of jobs done on some days."""
    done = SettlementAdjustment.objects.filter(settlement__done_on__range=(first, last))
    yield from _posted(done.exclude(entry=None))


def _posted(found: QuerySet[SettlementAdjustment]) -> Iterator[tuple[int, SettlementFigures]]:
    """What a dispute over a bonus gave has no order: it is among what is booked without one."""
    rows = found.exclude(settlement=None).values_list("pk", "settlement_id", "entry_id")
    for chunk in chunks(rows.order_by("pk").iterator()):
        settled = Settlement.objects.filter(pk__in={row[1] for row in chunk})
        places = {figures.settlement_id: figures for figures, _active in read_figures(settled)}
        moved = shares_of_entries(row[2] for row in chunk)
        for pk, settlement_id, entry_id in chunk:
            yield pk, replace(places[settlement_id], **asdict(moved[entry_id]))


def chunks(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    """Yield rows by the thousand."""
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def settlements_in_order(
    first: date = date.min, last: date = date.max
) -> Iterator[tuple[SettlementFigures, bool]]:
    """Yield figures with whether the settlement is active, oldest first: of jobs done on some days."""
    done = Settlement.objects.filter(done_on__range=(first, last)).order_by("pk")
    after = 0
    while chunk := list(read_figures(done.filter(pk__gt=after)[:CHUNK])):
        yield from chunk
        after = chunk[-1][0].settlement_id


def read_figures(found: QuerySet[Settlement]) -> Iterator[tuple[SettlementFigures, bool]]:
    """Yield the figures of the settlements found, in their order, with whether each is active.

    Two queries; slice the query set to what is needed.
    """
    rows = list(found.values_list(*_COLUMNS))
    got: dict[int, dict[str, int]] = defaultdict(dict)
    lines = SettlementLine.objects.filter(settlement_id__in=[row[0] for row in rows]).order_by()
    sums = lines.annotate(whose=by_recipient("payee")).values_list("settlement_id", "whose")
    for pk, whose, total in sums.annotate(total=Sum("amount_fen")):
        got[pk][whose] = int(total)
    for pk, day, region, item, branch, outlet, paid, status in rows:
        figures = SettlementFigures(
            **asdict(shares_of(paid, got[pk])), settlement_id=pk, day=day, region_id=region,
            item_id=item, branch_id=branch, outlet_id=outlet,
        )  # fmt: skip
        yield figures, status == Settlement.Status.ACTIVE


def visible_settlements(*, actor: User) -> QuerySet[Settlement]:
    """Settlements of orders one of the actor's units sold, served or settled."""
    found = Settlement.objects.select_related(
        "work_order__item_version", "work_order__site_region", "installer__user", "version"
    )
    if actor.sees_everything:
        return found
    units = actor.units
    return found.filter(
        Q(work_order__sold_by__in=units)
        | Q(work_order__served_by__in=units)
        | Q(work_order__settled_by__in=units)
    )
