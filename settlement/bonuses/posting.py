"""Posts the bonuses of a period when it is locked, and takes them back when it is opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from network.models import OrgUnit
from settlement.bonuses.reckoning import bonuses_of
from settlement.bonuses.standing import KIND, line_of, standing_entries
from settlement.disputes.ending import close_disputes_of_bonus
from settlement.ledger import Leg, post, reverse
from settlement.models import JournalEntry, LedgerAccount, Party, PeriodLine
from settlement.services.parties import account, unit_party

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settlement.bonuses.reckoning import Bonus
    from settlement.models import JournalEntry as Entry
    from settlement.models import StatementPeriod


def post_bonuses(period: StatementPeriod) -> list[Entry]:
    """Post one entry per payee, role and rule set into the locked row of an open period; once.

    Call it in the transaction that locks the period. Headquarters pays what payees get.
    """
    turn = period.reopenings.count() + 1
    entries = []
    for bonus in bonuses_of(period):
        key = f"{KIND}:{period.pk}:{turn}:{whose(bonus)}"
        known = JournalEntry.objects.filter(source_key=key).exists()
        if bonus.amount_fen and not known:
            lines = [line_of(line, bonus.version) for line in bonus.lines]
            entries.append(post_bonus(period, bonus.party_id, lines, key))
    return entries


def whose(bonus: Bonus) -> str:
    """Return the end of the key of a bonus' entries: rule set, payee and role."""
    return f"{bonus.version.rule_set_id}:{bonus.party_id}:{bonus.role}"


def post_bonus(
    period: StatementPeriod,
    party_id: int,
    lines: Iterable[PeriodLine],
    key: str,
    corrects: Entry | None = None,
) -> Entry:
    """Post unsaved lines of a payee's bonus as one entry: into the period, else the next open one."""
    kept = list(lines)
    amount_fen = sum(line.amount_fen for line in kept)
    payee = Party.objects.get(pk=party_id)
    payer = unit_party(OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None))
    available = LedgerAccount.Kind.AVAILABLE
    entry = post(
        kind=KIND,
        source_key=key,
        legs=[
            Leg(account(payer, available), -amount_fen),
            Leg(account(payee, available), amount_fen),
        ],
        day=period.ends_on,
        corrects=corrects,
    )
    for seq, line in enumerate(kept, start=1):
        line.entry, line.payee, line.seq = entry, payee, seq
    PeriodLine.objects.bulk_create(kept)
    return entry


def take_back_bonuses(period: StatementPeriod) -> int:
    """Reverse the bonuses of a period that is open again; they are reckoned anew at its lock.

    What a recompute added to them later goes too, wherever it was posted.
    """
    entries = list(standing_entries(period))
    for entry in entries:
        close_disputes_of_bonus(entry.pk)
        reverse(entry=entry, source_key=f"reverse:{entry.pk}", day=period.starts_on)
    return len(entries)
