"""Bonuses of locked periods that a run changes, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from settlement.models import Party, StatementPeriod
from settlement.recompute.bonuses import DISPUTED, LEFT, POSTED, rows_of
from settlement.rule_sheets import party_word

if TYPE_CHECKING:
    from settlement.models import RecomputeRun


@dataclass(frozen=True, slots=True)
class BonusRow:
    """One payee's bonus of a period: as it stands in the books, and as it would be."""

    payee: str
    role: str
    period: str
    old_fen: int
    new_fen: int
    state: str

    @property
    def diff_fen(self) -> int:
        """What the payee gets more (negative: less)."""
        return self.new_fen - self.old_fen


def bonus_rows(run: RecomputeRun) -> list[BonusRow]:
    """Return the rows of a run, the largest change first; two queries where there are any."""
    rows = rows_of(run)
    if not rows:
        return []
    names = dict(Party.objects.filter(pk__in={r.party_id for r in rows}).values_list("pk", "name"))
    periods = StatementPeriod.objects.in_bulk({row.period_id for row in rows})
    states = {
        POSTED: _("posted"),
        LEFT: _("worth another sum by now: left alone"),
        DISPUTED: _("A line of it is being disputed"),
    }
    found = [
        BonusRow(
            payee=names[row.party_id],
            role=party_word(row.role),
            period=str(periods[row.period_id]),
            old_fen=row.old_fen,
            new_fen=row.new_fen,
            state=states.get(row.state, ""),
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: (-abs(row.diff_fen), row.payee, row.period))
