"""The money of a dispute: what waits while it is open, how it comes back, and what a claim costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum

from common import clock
from settlement.adjustments.moves import Move, legs
from settlement.ledger import post
from settlement.models import LedgerAccount, Posting
from settlement.services.parties import account

if TYPE_CHECKING:
    from settlement.models import Dispute

Kind = LedgerAccount.Kind
HOLD, RETURN, ADJUSTMENT = "dispute_hold", "dispute_return", "dispute"
ENTRY_KINDS = (HOLD, RETURN, ADJUSTMENT)


def hold(dispute: Dispute) -> int:
    """Move the claimed amount from available to held, as much as is still there; return it.

    Still there: what this order (if there is one) has on the claimant's available account, and
    never more than the whole account has. The account is locked so that two disputes do not hold the same money.
    """
    party = dispute.claimant_party
    available = account(party, Kind.AVAILABLE)
    LedgerAccount.objects.select_for_update().get(pk=available.pk)
    fen = max(0, min(dispute.claimed_fen, *_on(available, dispute)))
    if fen:
        _move(dispute, HOLD, Kind.AVAILABLE, Kind.HELD, fen)
    return fen


def give_back(dispute: Dispute) -> None:
    """Move what a dispute still holds back to available; the caller saves the dispute."""
    if dispute.held_fen:
        _move(dispute, RETURN, Kind.HELD, Kind.AVAILABLE, dispute.held_fen)
        dispute.held_fen = 0


def given_back_fen(dispute: Dispute) -> int:
    """Return what a dispute held and has let go of."""
    moved = Posting.objects.filter(
        entry__source_key=_source_key(RETURN, dispute), account__kind=Kind.AVAILABLE
    )
    return _sum(moved)


def _source_key(kind: str, dispute: Dispute) -> str:
    return f"{kind}:{dispute.pk}"


def _move(dispute: Dispute, kind: str, source: Kind, target: Kind, fen: int) -> None:
    party = dispute.claimant_party
    post(
        kind=kind,
        source_key=_source_key(kind, dispute),
        legs=legs([Move(party, source, -fen), Move(party, target, fen)]),
        day=clock.business_day(),
        work_order=dispute.work_order,
    )


def _on(available: LedgerAccount, dispute: Dispute) -> tuple[int, int]:
    """What the order and what everything together has on the account."""
    postings = Posting.objects.filter(account=available)
    if dispute.work_order_id is None:
        return _sum(postings), _sum(postings)
    of_order = postings.filter(entry__work_order=dispute.work_order)
    return _sum(of_order), _sum(postings)


def _sum(postings: QuerySet[Posting]) -> int:
    total = postings.aggregate(total=Sum("amount_fen"))["total"]
    return int(total or 0)
