"""Time runs out: what the clock does to a dispute, and when it ends it at the latest.

Silence of those who had to answer confirms the claim and pays it; where silence must not pay, a
person decides, and a claim that nobody decides either ends as not decided in time.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from common import clock
from settlement.disputes import flow
from settlement.disputes.paying import pay, payers, sign
from settlement.disputes.steps import lock_dispute, take_step
from settlement.models import Dispute, DisputeReview, Settlement

if TYPE_CHECKING:
    from datetime import datetime


def overdue() -> list[tuple[int, datetime]]:
    """Return disputes whose time is up, since when, and for which the clock has a move; oldest first."""
    found = Dispute.objects.filter(due_at__lte=clock.now(), state__in=flow.moves_of_the_clock())
    rows = found.order_by("due_at", "pk").values_list("pk", "due_at")
    return [(pk, due_at) for pk, due_at in rows if due_at is not None]


@transaction.atomic
def time_out(*, dispute_id: int) -> Dispute:
    """Make the clock's move on a dispute whose time is up; nothing when somebody was faster.

    Silence confirms the claim: all that was claimed is paid by who had to answer first, in the
    same transaction as the step. Where silence must not pay, a person decides instead.
    """
    dispute = lock_dispute(dispute_id)
    move = move_of_the_clock(dispute)
    if move is None or dispute.due_at is None or dispute.due_at > clock.now():
        return dispute
    if flow.MOVES[move].target != flow.State.TIMED_OUT_CONFIRMED:
        return take_step(dispute, move, actor=None)
    sign(dispute, fen=dispute.claimed_fen, payer=payers(dispute)[0])
    take_step(dispute, move, actor=None)
    pay(dispute, reason=dispute.reason)
    return dispute


def move_of_the_clock(dispute: Dispute) -> str | None:
    """Return the move that is made when the dispute's time is up; None for a final state."""
    move = flow.moves_of_the_clock().get(flow.State(dispute.state))
    return "to_person" if move is not None and _needs_person(dispute) else move


def latest_end(dispute: Dispute, hours: dict[str, int]) -> datetime | None:
    """Return when an open dispute ends if nobody ever acts; `hours` are those of every state.

    None when it is over: nothing waits any more.
    """
    ends, move = dispute.due_at, move_of_the_clock(dispute)
    if not dispute.is_open or ends is None:
        return None
    clocks = flow.moves_of_the_clock()
    while move is not None and (state := flow.MOVES[move].target) in flow.HOLDING:
        ends, move = ends + timedelta(hours=hours[state]), clocks.get(state)
    return ends


def _needs_person(dispute: Dispute) -> bool:
    """Whether silence would overrule a refusal, or pay more than the doubted line is worth.

    So does what was confirmed before silence paid: nobody ever weighed its amount. Unless it is
    void: its settlement was taken back since, or its line is in dispute anew.
    """
    if dispute.state == flow.State.TIMED_OUT_CONFIRMED:
        return dispute.decided_at is None and _still_stands(dispute)
    if not flow.allowed("to_person", dispute.state):
        return False
    # All of them, since lists read them ahead for every row.
    refused = any(r.opinion == DisputeReview.Opinion.REFUSES for r in dispute.reviews.all())
    return refused or dispute.claimed_fen > abs(dispute.amount_fen)


def _still_stands(dispute: Dispute) -> bool:
    """Whether the line counts and is not in dispute anew; only such lines were ever confirmed."""
    line = dispute.line
    if line is None or line.settlement.status != Settlement.Status.ACTIVE:
        return False
    return not line.disputes.filter(state__in=flow.OPEN).exists()
