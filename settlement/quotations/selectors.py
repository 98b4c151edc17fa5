"""Quotations as they are found and read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet

from common import clock
from settlement.models import Quotation, QuotationOrder
from settlement.quotations.pricing import PricedLine
from settlement.quotations.words import line_words
from workorders.models import ChargeCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from settlement.quotations.pricing import Priced
    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line of an offer, with how it came about; `too_much` where a discount leaves less than 0."""

    line: PricedLine
    words: str
    too_much: bool = False


@dataclass(frozen=True, slots=True)
class OfferShown:
    """An offer as page and paper show it."""

    lines: tuple[LineShown, ...]
    total_fen: int
    vat_fen: int
    vat_bp: int
    included: tuple[str, ...]

    @property
    def net_fen(self) -> int:
        """The total without the tax it contains."""
        return self.total_fen - self.vat_fen


def visible_quotations(*, actor: User) -> QuerySet[Quotation]:
    """Quotations made in the actor's units, the newest first; headquarters see all."""
    found = (
        Quotation.objects.select_related(
            "item_version__item",
            "region",
            "unit",
            "made_by",
            "version__rule_set",
        )
        .annotate(order_number=F("taken__work_order__number"))
        .order_by("-pk")
    )
    return found if actor.sees_everything else found.filter(unit__in=actor.units)


def quotations_found(*, actor: User, q: str) -> QuerySet[Quotation]:
    """Visible quotations whose number, customer, item or order fits the words."""
    found = visible_quotations(actor=actor)
    if not q:
        return found
    return found.filter(
        Q(number__icontains=q)
        | Q(customer_name__icontains=q)
        | Q(item_version__name__icontains=q)
        | Q(taken__work_order__number=q)
    )


def is_expired(quotation: Quotation) -> bool:
    """Whether the offer no longer binds."""
    return quotation.valid_until < clock.business_day()


def taking_of(quotation: Quotation) -> QuotationOrder | None:
    """Return which work order an offer became, and who made it so."""
    joined = QuotationOrder.objects.select_related("work_order", "taken_by")
    return joined.filter(quotation=quotation).first()


def order_of(quotation: Quotation) -> WorkOrder | None:
    """Return the work order an offer became."""
    taken = taking_of(quotation)
    return taken.work_order if taken else None


def offer_behind(order: WorkOrder) -> Quotation | None:
    """Return the offer a work order was entered from."""
    return Quotation.objects.filter(taken__work_order=order).select_related("unit").first()


def offer_of(quotation: Quotation) -> OfferShown:
    """Return a kept offer as it is shown; one query."""
    lines = [
        PricedLine(
            row.code, row.label, row.quantity_milli, row.unit, row.unit_fen, row.amount_fen,
            row.because,
        )
        for row in quotation.lines.all()
    ]  # fmt: skip
    return OfferShown(
        _shown(lines), quotation.total_fen, quotation.vat_fen, quotation.vat_bp,
        tuple(quotation.included),
    )  # fmt: skip


def offer_shown(priced: Priced) -> OfferShown:
    """Return an offer that is not kept yet as it is shown."""
    return OfferShown(
        _shown(priced.lines), priced.total_fen, priced.vat_fen, priced.vat_bp, priced.included
    )


def _shown(lines: Iterable[PricedLine]) -> tuple[LineShown, ...]:
    kept = tuple(lines)
    counted = [0 if line.code in ChargeCode.values else line.amount_fen for line in kept]
    left, below = accumulate(counted), sum(counted) < 0
    return tuple(
        LineShown(line, line_words(line), below and fen < 0 and line.amount_fen < 0)
        for line, fen in zip(kept, left, strict=True)
    )
