"""The office's word on a charge: approved, refused, or agreed to by the customer on the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Conflict, refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders.flow import Meaning
from workorders.models import ExtraCharge
from workorders.services.charge_states import already, answered, decided, note, tell
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from accounts.models import User

State = ExtraCharge.State


@transactional
def decide_charge(
    *, charge: ExtraCharge, approve: bool, reason: str, actor: User, spoke_with: str = ""
) -> ExtraCharge:
    """Approve or refuse a charge that waits for the office; a refusal gives its reason.

    Also after the work was accepted: what the customer signed for must still come to an end. To
    what nobody answered before they left, the customer may agree on the telephone: then
    `spoke_with` says who, `reason` when and how, and neither an installer nor whoever asked for the
    charge may say so.
    """
    order = lock_order(charge.work_order_id)
    charge = ExtraCharge.objects.get(pk=charge.pk)
    refuse_unless(
        order.meaning != Meaning.CANCELLED, "order.closed", _("This work order was cancelled")
    )
    if not charge.is_undecided:
        raise Conflict("charge.state", already(charge))
    reason = reason.strip()[:200]
    refuse_unless(approve or reason, "charge.reason", _("Say why the charge is refused"))
    if approve and charge.state == State.UNCONFIRMED:
        _hear(charge, spoke_with=spoke_with.strip()[:60], reason=reason, actor=actor)
    charge.state = State.CONFIRMED if approve else State.REFUSED
    decided(charge, reason, actor)
    code = "charge_approved" if approve else "charge_refused"
    note(charge, code, actor, text=reason)
    record(
        actor, "charge.decided", order, charge=charge.pk, code=charge.code, state=charge.state,
        reason=reason,
    )  # fmt: skip
    tell(charge)
    return charge


def _hear(charge: ExtraCharge, *, spoke_with: str, reason: str, actor: User) -> None:
    """Note that the customer agreed on the telephone, and who says so."""
    own_word = actor.is_installer or actor.pk == charge.made_by_id
    refuse_unless(
        not own_word,
        "charge.own_word",
        _("Whoever asked for a charge cannot say that the customer agreed: the office calls"),
    )
    refuse_unless(
        spoke_with and reason,
        "charge.agreed",
        _("Write whom you spoke with, and when and how they agreed to pay: nobody has signed"),
    )
    answered(charge, ExtraCharge.Way.WORD, spoke_with)
    note(charge, "charge_agreed_by_word", actor, who=spoke_with, text=reason)
    record(
        actor, "charge.agreed_by_word", charge.work_order, charge=charge.pk, code=charge.code,
        amount_fen=charge.amount_fen, spoke_with=spoke_with, reason=reason,
    )  # fmt: skip
