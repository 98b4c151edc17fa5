"""What must always be true of the figures: they are the ledger's own, month by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from common.invariants import invariant
from common.outbox.models import OPEN, OutboxRow
from dashboards.models import RevenueRollup
from settlement.booked import ledger_by_month
from settlement.recipients import Recipient

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLUMNS = {
    Recipient.CUSTOMERS: "revenue_fen",
    Recipient.INSTALLERS: "installer_fen",
    Recipient.CHANNEL: "channel_fen",
    Recipient.TAX: "tax_fen",
    Recipient.OUTSIDE: "outside_fen",
    Recipient.OWN: "margin_fen",
}


@invariant("I18", "The figures of every month are what the ledger has, by whose money it is")
def rollup_equals_ledger() -> Iterator[str]:
    """Two grouped sums; while events are on their way to the roll-up nothing can be said."""
    if OutboxRow.objects.filter(OPEN, handler__startswith="dashboards.handlers.").exists():
        return
    rows = RevenueRollup.objects.order_by().values_list(TruncMonth("day"))
    kept = {
        (month, whose): int(fen)
        for month, *sums in rows.annotate(*map(Sum, _COLUMNS.values()))
        for whose, fen in zip(_COLUMNS, sums, strict=True)
    }
    booked = ledger_by_month()
    for month, whose in sorted(kept.keys() | booked.keys()):
        here, there = kept.get((month, whose), 0), booked.get((month, whose), 0)
        if here != there:
            yield f"{month:%Y-%m} {whose}: the figures have {here} fen, the ledger {there} fen"
