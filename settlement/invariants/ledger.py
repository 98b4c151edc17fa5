"""What must always be true of the ledger: it balances, its guards stand, money on its way is carried."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import Sum

from common.invariants import invariant
from settlement.models import (
    PayoutItem,
    Posting,
)

_GUARDED = (
    "settlement_posting",
    "settlement_journalentry",
    "settlement_settlementline",
    "settlement_rulesetversion",
    "settlement_periodreopening",
    "settlement_periodline",
    "settlement_disputestep",
    "settlement_disputeevidence",
    "settlement_disputephoto",
    "settlement_billline",
    "settlement_billaction",
)

_LEGS = (
    "leg_of_entry",
    "leg_goes_on",
    "posting_once",
    "posting_within_legs",
    "posting_after_prior",
    "posting_adds_up",
    "posting_ends_at_zero",
)
_ENTRIES = ("entry_last_leg", "only_while")


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


@invariant("I6", "Guards of the database refuse every change of what was posted")
def guards_stand() -> Iterator[str]:
    """The triggers of the append-only tables are there and switched on; the legs' keys are there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH c AS (SELECT c.oid, c.relname FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND c.relname = ANY(%s))"
            " SELECT c.relname, t.tgname FROM pg_trigger t JOIN c ON c.oid = t.tgrelid"
            " WHERE t.tgenabled IN ('O', 'A') UNION ALL"
            " SELECT c.relname, k.conname FROM pg_constraint k JOIN c ON c.oid = k.conrelid",
            [[*_GUARDED, "settlement_statementperiod"]],
        )
        standing = set(cursor.fetchall())
    wanted = {(t, name) for t in _GUARDED for name in ("append_only", "append_only_truncate")}
    wanted |= {("settlement_posting", name) for name in _LEGS}
    wanted |= {("settlement_journalentry", name) for name in _ENTRIES}
    wanted.add(("settlement_statementperiod", "step_by_step"))
    for table, name in sorted(wanted - standing):
        yield f"the guard {name} of {table} is missing or switched off"


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
