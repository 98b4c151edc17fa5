"""Debts a payee carries into a period, each with the entry it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum

from settlement.models import LedgerAccount, Party, Posting
from settlement.statements.corrections import origins
from settlement.statements.wording import entry_words

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer
    from settlement.models import Settlement, StatementPeriod


class CarriedDebt(NamedTuple):
    """A part of a carried debt: what took the money back, and how much of it is still owed."""

    order_number: str
    kind: str
    source_key: str
    posted_at: datetime
    owed_fen: int
    reason: str = ""

    @property
    def cause(self) -> str:
        """What took the money back, in the reader's words: the reason people gave, else its kind."""
        return self.reason or str(entry_words(self.kind))


def carried_debts(party: Party, period: StatementPeriod | None = None) -> list[CarriedDebt]:
    """Return what a payee owes at the start of a period (now without one), the newest cause first.

    A debt is a negative available balance. What took money away last is what is still open; the
    parts sum to the debt, and nothing is returned without one. Payouts and moves between accounts
    take nothing away and are no cause.
    """
    before = Posting.objects.filter(account__party=party)
    if period is not None:
        before = before.filter(entry__period__starts_on__lt=period.starts_on)
    available = before.filter(account__kind=LedgerAccount.Kind.AVAILABLE)
    balance = int(available.aggregate(total=Sum("amount_fen"))["total"] or 0)
    if balance >= 0:
        return []
    rows = (
        before.values_list(
            "entry__work_order__number", "entry__kind", "entry__source_key", "entry__posted_at",
            "entry_id",
        )
        .annotate(net=Sum("amount_fen"))
        .filter(net__lt=0)
        .order_by("-entry_id")
    )  # fmt: skip
    left, found = -balance, []
    for number, kind, source, posted_at, _entry, net in rows.iterator():
        part = min(left, -int(net))
        found.append(CarriedDebt(number or "", kind, source, posted_at, part))
        left -= part
        if not left:
            break
    known = origins(party, [one.source_key for one in found])
    return [
        one._replace(reason=known[one.source_key].label) if one.source_key in known else one
        for one in found
    ]


def debts_from(settlement: Settlement) -> list[CarriedDebt]:
    """Return what the installer of a settlement still owes because of its order; now."""
    party = Party.objects.filter(installer=settlement.installer_id).first()
    number = settlement.work_order.number
    return [one for one in carried_debts(party) if one.order_number == number] if party else []


def own_debts(installer: Installer) -> list[CarriedDebt]:
    """Return what an installer owes now, the newest cause first."""
    party = Party.objects.filter(installer=installer).first()
    return carried_debts(party) if party else []
