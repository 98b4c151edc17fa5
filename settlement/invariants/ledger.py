"""What must always be true of the ledger: it balances, and money on its way is carried."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum

from common.invariants import invariant
from settlement.models import (
    PayoutItem,
    Posting,
)


@invariant("I1", "The postings of every entry sum to 0")
def entries_balance() -> Iterator[str]:
    """One grouped scan of the postings."""
    sums = Posting.objects.values("entry_id").annotate(total=Sum("amount_fen"))
    for row in sums.exclude(total=0).order_by("entry_id"):
        yield f"entry {row['entry_id']} is out by {row['total']} fen"


@invariant("I2", "All postings of a company sum to 0")
def company_balances() -> Iterator[str]:
    """One sum."""
    total = Posting.objects.aggregate(total=Sum("amount_fen"))["total"] or 0
    if total:
        yield f"the ledger is out by {total} fen"


@invariant("I3", "Money on its way to banks is what payouts without an answer carry")
def transit_is_carried() -> Iterator[str]:
    """The accounts of money on its way, by party, against the items that wait for the bank."""
    waiting = PayoutItem.objects.filter(state=PayoutItem.State.TRANSIT).values_list("party_id")
    carried = {party: int(fen) for party, fen in waiting.annotate(total=Sum("amount_fen"))}
    rows = Posting.objects.filter(account__kind="transit").values_list("account__party_id")
    for party, fen in rows.annotate(total=Sum("amount_fen")):
        if carried.pop(party, 0) != fen:
            yield f"party {party}: {fen} fen are on their way without a transfer of that sum"
    for party, fen in carried.items():
        yield f"party {party}: a transfer of {fen} fen is not on its way in the ledger"
