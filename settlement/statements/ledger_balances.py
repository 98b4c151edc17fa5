"""A payee's balances at both ends of a period, and what moved between the accounts."""

from __future__ import annotations

from django.db.models import Count, Q, Sum

from settlement.models import LedgerAccount, Party, Posting
from settlement.models import StatementPeriod as Period
from settlement.statements.sheet import Balance, Move
from settlement.statements.wording import ENTRY_KINDS, entry_words

_SHOWN_ACCOUNTS = ("pending", "held", "available", "transit", "paid")


def balances_of(party: Party, period: Period) -> tuple[tuple[Balance, ...], int]:
    """The payee's accounts, and how many postings of the period they rest on."""
    rows = (
        Posting.objects.filter(account__party=party, entry__period__starts_on__lte=period.starts_on)
        .values_list("account__kind")
        .annotate(
            before=Sum("amount_fen", filter=Q(entry__period__starts_on__lt=period.starts_on)),
            moved=Sum("amount_fen", filter=Q(entry__period=period)),
            postings=Count("pk", filter=Q(entry__period=period)),
        )
    )
    found, postings = {}, 0
    for kind, before, moved, count in rows:
        found[kind] = (int(before or 0), int(moved or 0))
        postings += count
    balances = tuple(
        Balance(kind, LedgerAccount.Kind(kind).label, *found.get(kind, (0, 0)))
        for kind in _SHOWN_ACCOUNTS
    )
    return balances, postings


def moves_of(party: Party, period: Period) -> tuple[Move, ...]:
    """What the entries of the period did to the available balance, by kind; their sum is its move."""
    rows = (
        Posting.objects.filter(
            account__party=party,
            account__kind=LedgerAccount.Kind.AVAILABLE,
            entry__period=period,
        )
        .values_list("entry__kind")
        .annotate(entries=Count("entry_id", distinct=True), total=Sum("amount_fen"))
    )
    found = {kind: Move(kind, entry_words(kind), n, int(total)) for kind, n, total in rows}
    known = [found.pop(kind) for kind in ENTRY_KINDS if kind in found]
    return (*known, *found.values())
