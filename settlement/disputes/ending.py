"""How disputes end without a decision: time runs out, or the settlement is taken back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from settlement.disputes import flow
from settlement.disputes.steps import lock_dispute, take_step
from settlement.models import Dispute


def overdue(limit: int = 200) -> list[int]:
    """Return disputes whose time is up and for which the clock has a move, the oldest first."""
    found = Dispute.objects.filter(due_at__lte=clock.now(), state__in=flow.moves_of_the_clock())
    return list(found.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])


@transaction.atomic
def time_out(*, dispute_id: int) -> Dispute:
    """Make the clock's move on a dispute whose time is up; nothing when somebody was faster."""
    dispute = lock_dispute(dispute_id)
    move = flow.moves_of_the_clock().get(flow.State(dispute.state))
    if move is None or dispute.due_at is None or dispute.due_at > clock.now():
        return dispute
    return take_step(dispute, move, actor=None)


def close_disputes_of(settlement_id: int) -> int:
    """Close the open disputes of a settlement that is being taken back; the caller holds its order.

    What was held comes back first, so that the reversal finds the money where it was.
    """
    found = Dispute.objects.filter(line__settlement_id=settlement_id, state__in=flow.OPEN)
    ids = list(found.order_by("pk").values_list("pk", flat=True))
    for dispute_id in ids:
        reason = _("The settlement was taken back; the job is settled anew")
        take_step(lock_dispute(dispute_id), "void", actor=None, text=reason)
    return len(ids)
