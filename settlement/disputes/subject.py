"""What may be doubted: every line a payee sees on its statement, and who speaks for the payee."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Sum

from settlement.models import JournalEntry, Party, PeriodLine, Posting, Settlement, SettlementLine
from settlement.statements.corrections import origins
from settlement.statements.ledger_lines import DOUBTED
from settlement.statements.wording import entry_words

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder


class Kind(StrEnum):
    """What sort of line a statement shows: of a settlement, of a bonus, or an entry by itself."""

    LINE = "line"
    BONUS = "bonus"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Subject:
    """One line as its payee may doubt it; exactly one of line, period_line and entry is there."""

    kind: Kind
    pk: int
    party: Party
    label: str
    amount_fen: int
    work_order: WorkOrder | None = None
    line: SettlementLine | None = None
    period_line: PeriodLine | None = None
    entry: JournalEntry | None = None


def own_party(actor: User) -> Party | None:
    """Return the payee a person may speak for: an installer themselves, else their unit.

    Headquarters decides disputes and adjusts by itself: it files none.
    """
    if actor.is_installer:
        return Party.objects.filter(installer__user=actor).first()
    if actor.sees_everything or actor.unit_id is None:
        return None
    return Party.objects.filter(unit=actor.unit_id).first()


def subject_of(kind: str, pk: int, party: Party) -> Subject | None:
    """Return a line of a payee that counts now; None for any other, and for one taken back."""
    find = {Kind.LINE: _line, Kind.BONUS: _bonus, Kind.ENTRY: _entry}.get(kind)  # type: ignore[call-overload]  # a text from an address
    return find(pk, party) if find else None


def was_of(kind: str, pk: int, party: Party) -> bool:
    """Whether a line is, or was before it was taken back, one of the payee's."""
    rows = {
        Kind.LINE: SettlementLine.objects.filter(pk=pk, payee=party),
        Kind.BONUS: PeriodLine.objects.filter(pk=pk, payee=party),
        Kind.ENTRY: Posting.objects.filter(entry=pk, account__party=party),
    }
    found = rows.get(kind)  # type: ignore[call-overload]  # a text from an address
    return bool(found.exists()) if found is not None else False


def _line(pk: int, party: Party) -> Subject | None:
    related = ("settlement__version__rule_set", "settlement__work_order", "payee")
    found = SettlementLine.objects.select_related(*related).filter(
        pk=pk, payee=party, settlement__status=Settlement.Status.ACTIVE
    )
    line = found.first()
    if line is None:
        return None
    order = line.settlement.work_order
    return Subject(Kind.LINE, pk, party, line.label, line.amount_fen, order, line=line)


def _bonus(pk: int, party: Party) -> Subject | None:
    found = PeriodLine.objects.select_related("entry__period", "version__rule_set", "payee")
    line = found.filter(pk=pk, payee=party, entry__corrections=None).first()
    if line is None:
        return None
    return Subject(Kind.BONUS, pk, party, line.label, line.amount_fen, period_line=line)


def _entry(pk: int, party: Party) -> Subject | None:
    found = JournalEntry.objects.select_related("work_order", "period", "adjustment")
    entry = found.filter(pk=pk, kind__in=DOUBTED, corrections=None).first()
    if entry is None:
        return None
    mine = Posting.objects.filter(entry=entry, account__party=party)
    fen = int(mine.aggregate(total=Sum("amount_fen"))["total"] or 0)
    if not fen:
        return None
    origin = origins(party, [entry.source_key]).get(entry.source_key)
    label = origin.label if origin else str(entry_words(entry.kind))
    return Subject(Kind.ENTRY, pk, party, label[:200], fen, entry.work_order, entry=entry)
