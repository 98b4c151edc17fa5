"""What customers paid through WeChat Pay, and which of it pays whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from common.transactions import transactional
from settlement.models import PayeeWallet, PayoutBatch, PayoutItem, Share, SharingFund
from settlement.payouts.gateway import gateway
from settlement.payouts.planning import Room, planned
from settlement.payouts.wallets import item_to_wallet

if TYPE_CHECKING:
    from datetime import date

    from settlement.payouts.amounts import Payable

State = Share.State
_MOST_FUNDS = 5_000


@dataclass(frozen=True, slots=True)
class FundFacts:
    """One payment of a customer as the payment platform's bill has it."""

    transaction_id: str
    out_trade_no: str
    paid_fen: int
    limit_fen: int
    paid_on: date


@transactional
def take_funds(*, merchant: str, facts: Iterable[FundFacts]) -> int:
    """Store payments that are new; return how many."""
    before = SharingFund.objects.count()
    SharingFund.objects.bulk_create(
        [
            SharingFund(
                merchant=merchant,
                transaction_id=fact.transaction_id,
                out_trade_no=fact.out_trade_no[:64],
                paid_fen=fact.paid_fen,
                limit_fen=fact.limit_fen,
                paid_on=fact.paid_on,
            )
            for fact in facts
        ],
        ignore_conflicts=True,
    )
    return SharingFund.objects.count() - before


def known_payments(merchant: str) -> set[str]:
    """Return the newest payments of a merchant that are stored already, by their numbers."""
    funds = SharingFund.objects.filter(merchant=merchant).order_by("-paid_on", "-pk")
    return set(funds.values_list("transaction_id", flat=True)[:_MOST_FUNDS])


def rooms(merchant: str) -> list[Room]:
    """Return what may still be shared out of a merchant's payments, the oldest first."""
    counts = ~Q(shares__state=State.FAILED) & ~Q(shares__batch__state=PayoutBatch.State.DISCARDED)
    funds = (
        SharingFund.objects.filter(merchant=merchant)
        .annotate(left=F("limit_fen") - Coalesce(Sum("shares__amount_fen", filter=counts), 0))
        .filter(left__gt=0)
    )
    ordered = funds.order_by("paid_on", "pk")[:_MOST_FUNDS]
    return [Room(pk, int(left)) for pk, left in ordered.values_list("pk", "left")]


def plan_batch(batch: PayoutBatch, payees: Sequence[Payable]) -> list[PayoutItem]:
    """Write the items and shares of a draft; payees without a receiver or a payment stay out."""
    found = gateway()
    if found is None:
        return []
    wallets = {
        wallet.party_id: wallet
        for wallet in PayeeWallet.objects.filter(party__in=[one.party_id for one in payees])
    }
    wants = [(one.party_id, one.amount_fen) for one in payees if one.party_id in wallets]
    # Two drafts never plan with the same room: the database knows one draft at a time.
    parts = planned(wants, rooms(found.merchant))
    items = PayoutItem.objects.bulk_create(
        item_to_wallet(wallets[party], batch, sum(fen for _fund, fen in shares))
        for party, shares in parts.items()
    )
    Share.objects.bulk_create(
        Share(batch=batch, item=item, fund_id=fund, amount_fen=fen)
        for item in items
        for fund, fen in parts[item.party_id]
    )
    return items
