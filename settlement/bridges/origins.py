"""Which entry of the ledger a settlement was posted by: its own, or one of differences alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import CharField, Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat

from settlement.models import JournalEntry, Settlement

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from settlement.models import StatementPeriod


def own_key(of: str = "") -> Combinable:
    """Return the key a settlement (found by the path `of`) has where it was posted by itself.

    The number in it is which settlement of the order it is, those of recomputes counted.
    """
    path = f"{of}__" if of else ""
    upto = Settlement.objects.filter(
        work_order=OuterRef(f"{path}work_order"), pk__lte=OuterRef(f"{path}pk")
    )
    number = upto.order_by().values("work_order").annotate(n=Count("pk")).values("n")
    return Concat(
        Value("settlement:"),
        Cast(F(f"{path}work_order_id"), CharField()),
        Value(":"),
        Cast(Subquery(number), CharField()),
    )


def posted_by_itself(periods: list[StatementPeriod]) -> Q:
    """Settlements of these periods (with `own_key` as `own`) that no recompute posted.

    Only orders with a difference are looked at one by one.
    """
    differences = JournalEntry.objects.filter(period__in=periods, kind="difference")
    own = JournalEntry.objects.filter(
        kind="settlement", work_order__in=differences.values("work_order")
    )
    return ~Q(work_order__in=differences.values("work_order")) | Q(own__in=own.values("source_key"))
