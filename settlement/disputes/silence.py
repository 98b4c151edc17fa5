"""Time runs out: silence of those who had to answer confirms the claim, and pays it."""

from __future__ import annotations

from django.db import transaction

from common import clock
from settlement.disputes import flow
from settlement.disputes.paying import pay, payers, sign
from settlement.disputes.steps import lock_dispute, take_step
from settlement.models import Dispute


def overdue(limit: int = 200) -> list[int]:
    """Return disputes whose time is up and for which the clock has a move, the oldest first."""
    found = Dispute.objects.filter(due_at__lte=clock.now(), state__in=flow.moves_of_the_clock())
    return list(found.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])


@transaction.atomic
def time_out(*, dispute_id: int) -> Dispute:
    """Make the clock's move on a dispute whose time is up; nothing when somebody was faster.

    Silence confirms the claim: all that was claimed is paid by who had to answer first, in the
    same transaction as the step. A dispute that was confirmed before silence paid is paid when it
    is closed.
    """
    dispute = lock_dispute(dispute_id)
    move = flow.moves_of_the_clock().get(flow.State(dispute.state))
    if move is None or dispute.due_at is None or dispute.due_at > clock.now():
        return dispute
    confirms = flow.State.TIMED_OUT_CONFIRMED in {dispute.state, flow.MOVES[move].target}
    is_owed = confirms and dispute.decided_at is None
    if is_owed:
        sign(dispute, fen=dispute.claimed_fen, payer=payers(dispute)[0])
    take_step(dispute, move, actor=None)
    if is_owed:
        pay(dispute)
    return dispute
