"""What must always be true of corrections: each is posted as it was approved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Subquery, Sum

from common.invariants import invariant
from settlement.bonuses.standing import KIND
from settlement.models import (
    Dispute,
    PeriodLine,
    Posting,
    RecomputeDifference,
    RecomputeRun,
    SettlementAdjustment,
)
from settlement.recompute.bonuses import POSTED, rows_of


@invariant("I5", "An upheld dispute has its adjustment, and every adjustment its entry")
def adjustments_are_posted() -> Iterator[str]:
    """Disputes by their adjustment; adjustments by what their entry gave the payee."""
    lost = Dispute.objects.filter(decided_fen__gt=0, adjustment=None)
    for number in lost.values_list("number", flat=True):
        yield f"dispute {number} was upheld and gave nothing"
    posted = (
        Posting.objects.filter(entry=OuterRef("entry_id"), account__party=OuterRef("payee_id"))
        .values("entry_id")
        .annotate(total=Sum("amount_fen"))
        .values("total")
    )
    rows = SettlementAdjustment.objects.exclude(entry=None).annotate(total=Subquery(posted))
    for pk, total in rows.exclude(total=F("amount_fen")).values_list("pk", "total"):
        yield f"adjustment {pk}: posted {total} fen"


@invariant("I5", "A posted recompute gave each payee the difference that was approved")
def differences_are_posted() -> Iterator[str]:
    """Approved rows against the postings of their entries; none is left open at the end."""
    posted = (
        Posting.objects.filter(entry=OuterRef("entry_id"), account__party=OuterRef("party_id"))
        .values("entry_id")
        .annotate(total=Sum("amount_fen"))
        .values("total")
    )
    rows = RecomputeDifference.objects.exclude(entry=None).annotate(total=Subquery(posted))
    wrong = rows.exclude(total=F("new_fen") - F("old_fen"))
    for pk, order_id, total in wrong.values_list("pk", "work_order_id", "total"):
        yield f"difference {pk} of order {order_id}: posted {total} fen"
    missed = RecomputeDifference.objects.filter(
        run__state=RecomputeRun.State.APPLIED, entry=None, skipped=""
    )
    for pk, order_id in missed.values_list("pk", "work_order_id"):
        yield f"difference {pk} of order {order_id} was approved and not posted"


@invariant("I5", "A posted recompute gave each payee the bonus difference that was approved")
def bonus_differences_are_posted() -> Iterator[str]:
    """Approved rows against the lines of their entries; at the end each was posted or left."""
    for run in RecomputeRun.objects.filter(state=RecomputeRun.State.APPLIED):
        for row in rows_of(run):
            if not row.state:
                yield f"run {run.pk}: the bonus of {row.party_id} was approved and not posted"
            if row.state != POSTED:
                continue
            key = f"{KIND}:{row.period_id}:run{run.pk}:"
            lines = PeriodLine.objects.filter(
                payee=row.party_id,
                entry__source_key__startswith=key,
                entry__source_key__endswith=f":{row.party_id}:{row.role}",
            )
            total = sum(lines.values_list("amount_fen", flat=True))
            if total != row.new_fen - row.old_fen:
                yield f"run {run.pk}: the bonus of {row.party_id} got {total} fen"


@invariant("I5", "What a recompute's differences name is there")
def differences_name_rows() -> Iterator[str]:
    """Every key of a difference against the table it points to: no constraint watches them."""
    for field in ("run", "settlement", "work_order", "version", "party"):
        model: Any = RecomputeDifference._meta.get_field(field).related_model
        there = model._default_manager.filter(pk=OuterRef(f"{field}_id"))
        rows = RecomputeDifference.objects.exclude(**{f"{field}_id": None})
        for pk, key in rows.filter(~Exists(there)).values_list("pk", f"{field}_id"):
            yield f"difference {pk} names {field} {key}, which is not there"
