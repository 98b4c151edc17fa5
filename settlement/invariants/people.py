"""What must always be true of money by person: lines and ledger say the same."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum

from common.invariants import invariant
from settlement.invariants.settlements import ACTIVE
from settlement.models import (
    Posting,
    SettlementAdjustment,
    SettlementLine,
)


@invariant("I5", "What an order's ledger entries give a party is the sum of its active lines")
def ledger_equals_lines() -> Iterator[str]:
    """Lines and net postings by (order, party); a reversed settlement nets to nothing."""
    due: dict[tuple[int, int], int] = {}
    lines = SettlementLine.objects.filter(settlement__status=ACTIVE).exclude(payee=None)
    for order_id, party_id, fen in (
        lines.values_list("settlement__work_order_id", "payee_id")
        .annotate(total=Sum("amount_fen"))
        .iterator()
    ):
        due[order_id, party_id] = int(fen)
    for order_id, party_id, fen in _decided():
        due[order_id, party_id] = due.get((order_id, party_id), 0) + fen
    posted = Posting.objects.filter(entry__work_order__isnull=False).exclude(
        account__kind="clearing"
    )
    for order_id, party_id, fen in (
        posted.values_list("entry__work_order_id", "account__party_id")
        .annotate(total=Sum("amount_fen"))
        .iterator()
    ):
        want = due.pop((order_id, party_id), 0)
        if want != fen:
            yield f"order {order_id}, party {party_id}: lines {want} fen, ledger {fen} fen"
    for (order_id, party_id), want in due.items():
        if want:
            yield f"order {order_id}, party {party_id}: lines {want} fen, ledger nothing"


def _decided() -> Iterator[tuple[int, int, int]]:
    """What adjustments and upheld disputes gave their payees and took from the payers."""
    rows = SettlementAdjustment.objects.exclude(entry=None)
    for order_id, payee, payer, fen in rows.values_list(
        "work_order_id", "payee_id", "payer_id", "amount_fen"
    ):
        if order_id is not None:
            yield order_id, payee, fen
            yield order_id, payer, -fen
