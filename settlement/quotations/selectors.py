"""Quotations as they are found and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from common import clock
from settlement.engine.result import Line
from settlement.engine.words import fact_word
from settlement.explaining import code_names, note_of, reasons
from settlement.models import Quotation
from settlement.quotations.pricing import PricedLine, line_words
from settlement.services.rules_in_force import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from settlement.models import RuleSetVersion
    from settlement.quotations.costing import Cost
    from settlement.quotations.pricing import Priced


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line of an offer, with how it came about."""

    line: PricedLine
    words: str


@dataclass(frozen=True, slots=True)
class CostLineShown:
    """One expected part of the installer's money."""

    label: str
    note: str
    amount_fen: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CostShown:
    """What an offer is expected to leave; for those who may see margins."""

    rules: str
    lines: tuple[CostLineShown, ...]
    installer_fen: int
    channel_fen: int
    tax_fen: int
    margin_fen: int
    margin_bp: int | None
    unknown: tuple[str, ...]


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


def cost_shown(cost: Cost | None) -> CostShown | None:
    """Return the expected cost of an offer that is not kept yet."""
    if cost is None:
        return None
    return _cost(
        cost.version, cost.lines, cost.total_fen, cost.installer_fen, cost.channel_fen, cost.tax_fen
    )


def cost_of(quotation: Quotation) -> CostShown | None:
    """Return the expected cost as it was foreseen when the offer was made."""
    if quotation.version is None:
        return None
    lines = tuple(Line(**row) for row in quotation.cost_lines)
    return _cost(
        quotation.version, lines, quotation.total_fen, quotation.installer_fen or 0,
        quotation.channel_fen or 0, quotation.tax_fen or 0,
    )  # fmt: skip


def _cost(
    version: RuleSetVersion, lines: tuple[Line, ...], total_fen: int, installer_fen: int,
    channel_fen: int, tax_fen: int,
) -> CostShown:  # fmt: skip
    names, rules = code_names(), compiled(version)
    margin_fen = total_fen - installer_fen - channel_fen - tax_fen
    unknown = dict.fromkeys(
        fact_word(str(name), _) for line in lines for name in line.because.get("unknown", ())
    )
    return CostShown(
        rules=f"{version.rule_set.name} {version.number}",
        lines=tuple(
            CostLineShown(
                rules.label_of(line.code), note_of(line, names), line.amount_fen,
                reasons(line, names),
            )
            for line in lines
        ),
        installer_fen=installer_fen,
        channel_fen=channel_fen,
        tax_fen=tax_fen,
        margin_fen=margin_fen,
        margin_bp=margin_fen * 10_000 // total_fen if total_fen else None,
        unknown=tuple(unknown),
    )  # fmt: skip
