"""What must always be true of periods and statements: locked ones rest and equal the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Max, Q, Sum

from common.invariants import invariant
from settlement.models import (
    JournalEntry,
    Posting,
    Statement,
    StatementCopy,
)
from settlement.models import StatementPeriod as Period
from settlement.statements.files import is_whole


@invariant("I7", "Nothing is posted into a period after it was locked")
def locked_periods_rest() -> Iterator[str]:
    """Entries against the moment their period was locked."""
    late = JournalEntry.objects.filter(
        ~Q(period__state=Period.State.OPEN), posted_at__gt=F("period__locked_at")
    )
    for entry in late.select_related("period"):
        yield f"entry {entry.pk} was posted into {entry.period} after it was locked"


@invariant("I7", "A locked statement's total is what its payee's postings of the period sum to")
def statements_equal_ledger() -> Iterator[str]:
    """The last locked run of each period against the postings of the period by party."""
    locked = Period.objects.exclude(state=Period.State.OPEN)
    runs = locked.annotate(last=Max("runs", filter=Q(runs__state="locked"))).exclude(last=None)
    for period_id, run_id in runs.values_list("pk", "last"):
        posted: dict[int, Any] = dict(
            Posting.objects.filter(entry__period_id=period_id)
            .values_list("account__party_id")
            .annotate(total=Sum("amount_fen"))
        )
        rows = Statement.objects.filter(run_id=run_id)
        for number, party_id, total in rows.values_list("number", "party_id", "total_fen"):
            if posted.get(party_id, 0) != total:
                yield f"statement {number}: {total} fen, ledger {posted.get(party_id, 0)} fen"


@invariant("I15", "Every statement's file is there as it was made")
def statement_files_are_whole() -> Iterator[str]:
    """Files against the fingerprints kept with them."""
    made = Statement.objects.exclude(pdf="").only("number", "pdf", "pdf_sha256")
    for statement in made.iterator():
        if not is_whole(statement):
            yield f"statement {statement.number}: its file is missing or is another one"
    for copy in StatementCopy.objects.exclude(pdf="").select_related("statement").iterator():
        if not is_whole(copy):
            words = "its file is missing or is another one"
            yield f"statement {copy.statement.number}, {copy.language}: {words}"
