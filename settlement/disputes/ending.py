"""How disputes end when what they speak of is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settlement.disputes import flow
from settlement.disputes.said import Voided
from settlement.disputes.steps import lock_dispute, take_step
from settlement.models import Dispute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


def close_disputes_of(settlement_id: int) -> int:
    """Close the open disputes of a settlement that is being taken back; the caller holds its order.

    What was held comes back first, so that the reversal finds the money where it was.
    """
    return _close(Dispute.objects.filter(line__settlement_id=settlement_id), Voided.SETTLEMENT)


def close_disputes_of_bonus(entry_id: int) -> int:
    """Close the open disputes over a bonus that is being taken back; it is reckoned anew."""
    return _close(Dispute.objects.filter(period_line__entry_id=entry_id), Voided.BONUS)


def close_disputes_of_entries(entry_ids: Iterable[int]) -> int:
    """Close the open disputes over entries that are being taken back, such as a correction."""
    return _close(Dispute.objects.filter(entry_id__in=list(entry_ids)), Voided.ENTRY)


def _close(found: QuerySet[Dispute], reason: Voided) -> int:
    ids = list(found.filter(state__in=flow.OPEN).order_by("pk").values_list("pk", flat=True))
    for dispute_id in ids:
        take_step(lock_dispute(dispute_id), "void", actor=None, text=reason.value)
    return len(ids)
