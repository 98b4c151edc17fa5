"""What follows from a charge's proofs: its state, its place on the timeline, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.outbox import announce
from workorders import timeline
from workorders.events import WorkOrderChanged
from workorders.models import Bearer, ExtraCharge

if TYPE_CHECKING:
    from accounts.models import User

State = ExtraCharge.State


CUSTOMER = ("answer_way", "answered_at", "answered_name")
"""The fields that say how a customer answered."""


def answered(charge: ExtraCharge, way: ExtraCharge.Way, name: str = "") -> None:
    """Set that the customer has answered now; the caller saves `CUSTOMER`."""
    charge.answer_way, charge.answered_at, charge.answered_name = way, clock.now(), name


def state_now(charge: ExtraCharge) -> str:
    """Return the state that follows from who has agreed and who still has to."""
    agreed = charge.consent is not None or charge.answered_at is not None
    if charge.bearer == Bearer.CUSTOMER and not agreed:
        return State.UNCONFIRMED
    return State.WAITING if charge.needs_approval else State.CONFIRMED


def already(charge: ExtraCharge) -> str:
    """Return the sentence for whoever comes too late."""
    words = {"state": charge.get_state_display()}
    return _("This charge is already “%(state)s”; please look again") % words


def decided(charge: ExtraCharge, reason: str, actor: User | None) -> None:
    """Save a charge's end: its state is set already; without an actor the customer answered."""
    charge.decided_by, charge.decided_at, charge.decision = actor, clock.now(), reason
    fields = ["state", "decided_by", "decided_at", "decision", *CUSTOMER]
    charge.save(update_fields=fields)


def note(charge: ExtraCharge, code: str, actor: User | None, **more: str) -> None:
    """Put it on the order's timeline."""
    timeline.note(
        charge.work_order,
        code,
        kind=timeline.Kind.MONEY,
        actor=actor,
        name=charge.code,
        amount=charge.amount_fen,
        **more,
    )


def tell(charge: ExtraCharge) -> None:
    """Whoever counts money counts it again, once the charge is one that is paid."""
    if charge.state == State.CONFIRMED:
        announce(WorkOrderChanged(charge.work_order_id, "charges"))
