"""What an offer is expected to cost and leave, as those see it who may see margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.formatting import money
from common.svg import Segment
from settlement.engine.result import Line
from settlement.engine.words import fact_word
from settlement.explaining import code_names, note_of, reasons
from settlement.recipients import Shares
from settlement.services.rules_in_force import compiled

if TYPE_CHECKING:
    from settlement.models import Quotation, RuleSetVersion
    from settlement.quotations.costing import Cost


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
    shares: Shares
    unknown: tuple[str, ...]

    @property
    def margin_fen(self) -> int:
        """What the company's units keep."""
        return self.shares.margin_fen

    @property
    def margin_bp(self) -> int | None:
        """The margin as a share of the price; None of nothing."""
        total_fen = self.shares.revenue_fen
        return self.margin_fen * 10_000 // total_fen if total_fen else None

    @property
    def parts(self) -> list[Segment]:
        """What the price is divided among; a loss has no width."""
        sums = [
            (_("Installer"), self.shares.installer_fen),
            (_("Channel"), self.shares.channel_fen),
            (_("Tax by the contract"), self.shares.tax_fen),
            (_("Dealers, suppliers"), self.shares.outside_fen),
            (_("Margin"), self.margin_fen),
        ]
        return [Segment(label, max(0, fen), money(fen)) for label, fen in sums]


def cost_shown(cost: Cost | None) -> CostShown | None:
    """Return the expected cost of an offer that is not kept yet."""
    if cost is None:
        return None
    return _cost(cost.version, cost.lines, cost)


def cost_of(quotation: Quotation) -> CostShown | None:
    """Return the expected cost as it was foreseen when the offer was made."""
    if quotation.version is None:
        return None
    lines = tuple(Line(**row) for row in quotation.cost_lines)
    shares = Shares(
        quotation.total_fen, quotation.installer_fen or 0, quotation.channel_fen or 0,
        quotation.tax_fen or 0, quotation.outside_fen or 0,
    )  # fmt: skip
    return _cost(quotation.version, lines, shares)


def _cost(version: RuleSetVersion, lines: tuple[Line, ...], shares: Shares) -> CostShown:
    names, rules = code_names(), compiled(version)
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
        shares=shares,
        unknown=tuple(unknown),
    )  # fmt: skip
