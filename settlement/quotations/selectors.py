"""Quotations as they are found and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from common import clock
from settlement.models import Quotation
from settlement.quotations.pricing import PricedLine
from settlement.quotations.words import line_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from settlement.quotations.pricing import Priced


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line of an offer, with how it came about."""

    line: PricedLine
    words: str


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
    found = Quotation.objects.select_related(
        "item_version__item", "region", "unit", "made_by", "version__rule_set"
    ).order_by("-pk")
    return found if actor.sees_everything else found.filter(unit__in=actor.units)


def quotations_found(*, actor: User, q: str) -> QuerySet[Quotation]:
    """Visible quotations whose number, customer or item fits the words."""
    found = visible_quotations(actor=actor)
    if not q:
        return found
    return found.filter(
        Q(number__icontains=q) | Q(customer_name__icontains=q) | Q(item_version__name__icontains=q)
    )


def is_expired(quotation: Quotation) -> bool:
    """Whether the offer no longer binds."""
    return quotation.valid_until < clock.business_day()


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
    return tuple(LineShown(line, line_words(line)) for line in lines)
