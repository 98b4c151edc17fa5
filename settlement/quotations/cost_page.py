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
    installer_fen: int
    channel_fen: int
    tax_fen: int
    margin_fen: int
    margin_bp: int | None
    unknown: tuple[str, ...]

    @property
    def parts(self) -> list[Segment]:
        """What the price is divided among; a loss has no width."""
        sums = [
            (_("Installer"), self.installer_fen),
            (_("Channel"), self.channel_fen),
            (_("Tax by the contract"), self.tax_fen),
            (_("Margin"), self.margin_fen),
        ]
        return [Segment(label, max(0, fen), money(fen)) for label, fen in sums]


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
