"""Questions about settlements, for pages and for higher packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Sum

from settlement.models import Party, Settlement, SettlementAdjustment, SettlementLine

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


@dataclass(frozen=True, slots=True)
class SettlementFigures:
    """What one settlement means for a company's figures; margin is what units keep."""

    settlement_id: int
    day: date
    region_id: int | None
    item_id: int
    branch_id: int | None
    outlet_id: int | None
    revenue_fen: int
    installer_fen: int
    channel_fen: int
    tax_fen: int

    @property
    def margin_fen(self) -> int:
        """Revenue without installer, channel and tax: what headquarters, branch and agent share."""
        return self.revenue_fen - self.installer_fen - self.channel_fen - self.tax_fen


_COLUMNS = (
    "pk", "done_on", "work_order__site_region_id", "work_order__item_version__item_id",
    "work_order__settled_by_id", "work_order__served_by_id", "paid_fen", "gross_fen", "status",
)  # fmt: skip


def figures_of(settlement_id: int) -> SettlementFigures:
    """Return the figures of one settlement, also of a reversed one."""
    ((figures, _active),) = read_figures(Settlement.objects.filter(pk=settlement_id))
    return figures


def adjustment_figures(adjustment_id: int) -> SettlementFigures:
    """Return what an adjustment changed, in the place of the settlement it was made on."""
    (found,) = _posted(SettlementAdjustment.objects.filter(pk=adjustment_id))
    return found[1]


def adjustments_in_order() -> Iterator[tuple[int, SettlementFigures]]:
    """Yield every posted adjustment of an order with its id and figures, the oldest first."""
    yield from _posted(SettlementAdjustment.objects.exclude(entry=None))


def _posted(found: QuerySet[SettlementAdjustment]) -> Iterator[tuple[int, SettlementFigures]]:
    """Adjustments without an order (of bonuses) have no place in the figures of orders."""
    for row in found.select_related("payee", "payer").order_by("pk"):
        if row.settlement_id is not None:
            yield row.pk, _changed(row, figures_of(row.settlement_id))


def _changed(row: SettlementAdjustment, place: SettlementFigures) -> SettlementFigures:
    """Money between units leaves the company's margin as it is; what others get lessens it."""
    got = dict.fromkeys(Party.Kind, 0)
    got[Party.Kind(row.payee.kind)] += row.amount_fen
    got[Party.Kind(row.payer.kind)] -= row.amount_fen
    return replace(
        place,
        revenue_fen=-got[Party.Kind.CLEARING],
        installer_fen=got[Party.Kind.INSTALLER],
        channel_fen=got[Party.Kind.CHANNEL],
        tax_fen=got[Party.Kind.TAX],
    )


def settlements_in_order() -> Iterator[tuple[SettlementFigures, bool]]:
    """Yield every settlement's figures with whether it is active, oldest first, in chunks."""
    last = 0
    while chunk := list(read_figures(Settlement.objects.filter(pk__gt=last).order_by("pk")[:1000])):
        yield from chunk
        last = chunk[-1][0].settlement_id


def read_figures(found: QuerySet[Settlement]) -> Iterator[tuple[SettlementFigures, bool]]:
    """Yield the figures of the settlements found, in their order, with whether each is active.

    Two queries; slice the query set to what is needed.
    """
    rows = list(found.values_list(*_COLUMNS))
    shares = {
        (pk, role): int(total)
        for pk, role, total in SettlementLine.objects.filter(
            settlement_id__in=[row[0] for row in rows], party_role__in=["channel", "tax"]
        )
        .values_list("settlement_id", "party_role")
        .annotate(total=Sum("amount_fen"))
    }
    for pk, day, region, item, branch, outlet, paid, gross, status in rows:
        yield (
            SettlementFigures(
                pk, day, region, item, branch, outlet, paid, gross,
                shares.get((pk, "channel"), 0), shares.get((pk, "tax"), 0),
            ),
            status == Settlement.Status.ACTIVE,
        )  # fmt: skip


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
