"""Posts the bonuses of a period when it is locked, and takes them back when it is opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from network.models import OrgUnit
from settlement.bonuses.reckoning import Bonus, bonuses_of
from settlement.disputes.ending import close_disputes_of_bonus
from settlement.ledger import Leg, post, reverse
from settlement.models import JournalEntry, LedgerAccount, Party, PeriodLine, StatementPeriod
from settlement.services.parties import account, unit_party

if TYPE_CHECKING:
    from settlement.models import JournalEntry as Entry

KIND = "volume"


def post_bonuses(period: StatementPeriod) -> list[Entry]:
    """Post one entry per payee, role and rule set into the locked row of an open period; once.

    Call it in the transaction that locks the period. Headquarters pays what payees get.
    """
    turn = period.reopenings.count() + 1
    entries = []
    for bonus in bonuses_of(period):
        whose = f"{bonus.version.rule_set_id}:{bonus.party_id}:{bonus.role}"
        key = f"{KIND}:{period.pk}:{turn}:{whose}"
        known = JournalEntry.objects.filter(source_key=key).exists()
        if bonus.amount_fen and not known:
            entries.append(_post(period, bonus, key))
    return entries


def _post(period: StatementPeriod, bonus: Bonus, key: str) -> Entry:
    payee = Party.objects.get(pk=bonus.party_id)
    payer = unit_party(OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None))
    available = LedgerAccount.Kind.AVAILABLE
    entry = post(
        kind=KIND,
        source_key=key,
        legs=[
            Leg(account(payer, available), -bonus.amount_fen),
            Leg(account(payee, available), bonus.amount_fen),
        ],
        day=period.ends_on,
    )
    PeriodLine.objects.bulk_create(
        PeriodLine(
            entry=entry,
            payee=payee,
            version=bonus.version,
            seq=line.seq,
            code=line.code,
            rule=line.rule,
            label=line.because["label"],
            base_fen=line.base_fen or 0,
            rate_num=line.rate_num or 0,
            rate_den=line.rate_den or 1,
            amount_fen=line.amount_fen,
            because=dict(line.because),
        )
        for line in bonus.lines
    )
    return entry


def take_back_bonuses(period: StatementPeriod) -> int:
    """Reverse the bonuses of a period that is open again; they are reckoned anew at its lock."""
    standing = JournalEntry.objects.filter(period=period, kind=KIND, corrections=None)
    entries = list(standing.order_by("pk"))
    for entry in entries:
        close_disputes_of_bonus(entry.pk)
        reverse(entry=entry, source_key=f"reverse:{entry.pk}", day=period.starts_on)
    return len(entries)
