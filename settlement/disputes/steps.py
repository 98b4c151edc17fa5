"""One step of a dispute: locked, checked against the table, its money moved, written down."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict
from common.formatting import full_time
from common.journal import record
from common.outbox import announce
from settlement.disputes import flow
from settlement.disputes.events import DisputeMoved
from settlement.disputes.holding import give_back
from settlement.models import Dispute, DisputeStep, DisputeTerm
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from accounts.models import User


def lock_dispute(dispute_id: int) -> Dispute:
    """Return the dispute, held with its order until the transaction ends.

    The order first: whoever takes its settlement back holds it and then closes its disputes.
    """
    order_id = Dispute.objects.values_list("work_order_id", flat=True).get(pk=dispute_id)
    if order_id is not None:
        lock_order(order_id)
    return (
        Dispute.objects.select_for_update(of=("self",))
        .select_related(
            "work_order", "line__settlement", "period_line", "entry", "claimant_party", "claimant"
        )
        .get(pk=dispute_id)
    )


def lock_order(order_id: int) -> None:
    """Hold the work order until the transaction ends."""
    WorkOrder.objects.select_for_update(no_key=True).filter(pk=order_id).values_list("pk").first()


def take_step(dispute: Dispute, move: str, *, actor: User | None, text: str = "") -> Dispute:
    """Make a move of the table on a locked dispute; money that need not wait any more goes back.

    Conflict, naming who was faster, when the state does not allow the move (any more).
    """
    if not flow.allowed(move, dispute.state):
        raise Conflict("dispute.state", _moved_already(dispute))
    source, target = dispute.state, flow.MOVES[move].target
    if flow.gives_back(source, target):
        give_back(dispute)
    dispute.state = target
    start_clock(dispute)
    dispute.save()
    write_step(dispute, move, source=source, actor=actor, text=text)
    return dispute


def write_step(
    dispute: Dispute, move: str, *, source: str, actor: User | None, text: str = ""
) -> DisputeStep:
    """Note what happened: as a step, in the journal, and for whoever listens."""
    step = DisputeStep.objects.create(
        dispute=dispute,
        move=move,
        from_state=source,
        to_state=dispute.state,
        actor=actor,
        text=text[:500],
        at=clock.now(),
    )
    record(
        actor, "dispute.moved", dispute, move=move, state=str(dispute.state), number=dispute.number
    )
    state = str(dispute.state)
    announce(DisputeMoved(dispute.pk, dispute.work_order_id, move, state, step.pk))
    return step


def start_clock(dispute: Dispute) -> None:
    """Set when the state that begins now ends by the clock, and who has to act is reminded first.

    A final state has neither; nobody is reminded of what only waits to be closed.
    """
    now, own = clock.now(), DisputeTerm.objects.filter(pk=dispute.state).first()
    hours = own.hours if own else flow.DEFAULT_HOURS.get(dispute.state)
    dispute.due_at = dispute.remind_at = None
    if hours is not None:
        term = timedelta(hours=hours)
        dispute.due_at = now + term
        dispute.remind_at = now + term / 2 if dispute.state in flow.OPEN else None


def _moved_already(dispute: Dispute) -> str:
    if dispute.state == flow.State.TIMED_OUT_CONFIRMED:
        sentence = _(
            "The time to answer ran out: the claim was confirmed on %(at)s. That is final."
        )
        return sentence % {"at": full_time(dispute.decided_at) if dispute.decided_at else "—"}
    last = dispute.steps.select_related("actor").order_by("pk").last()
    who = last.actor.display_name if last and last.actor else _("the system")
    at = full_time(last.at) if last else "—"
    sentence = _("%(who)s was faster: this dispute is “%(state)s” since %(at)s")
    return sentence % {"who": who, "state": dispute.get_state_display(), "at": at}
