"""The customer's own answer to a charge: on the installer's phone, or by the link they were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Conflict, refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders.flow import Meaning
from workorders.models import ExtraCharge
from workorders.services.charge_states import (
    CUSTOMER,
    already,
    answered,
    decided,
    note,
    state_now,
    tell,
)
from workorders.services.evidence import holder_of
from workorders.services.late_charges import locked_charge, refuse_when_gone
from workorders.services.locking import lock_order
from workorders.services.signatures import keep_consent

if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import User
    from workorders.strokes import Strokes

State, Way = ExtraCharge.State, ExtraCharge.Way


@transactional
def agree_charge(
    *, charge: ExtraCharge, consent: File[Any], actor: User, strokes: Strokes | None = None
) -> ExtraCharge:
    """Let the customer agree to a charge that waits for it, by a signature while the work goes on.

    Refused after the work, when nobody can tell who draws; Conflict for one that does not wait.
    """
    order, charge = locked_charge(charge)
    holder_of(order, actor)
    if charge.state != State.UNCONFIRMED:
        raise Conflict("charge.state", already(charge))
    refuse_when_gone(order)
    charge.consent = keep_consent(
        order, upload=consent, label=charge.get_code_display(), actor=actor, strokes=strokes
    )
    answered(charge, Way.SIGNATURE)
    charge.state = state_now(charge)
    charge.save(update_fields=["consent", "state", *CUSTOMER])
    note(charge, "charge_agreed", actor)
    record(actor, "charge.agreed", order, **_names(charge))
    tell(charge)
    return charge


@transactional
def answer_charge(*, charge_id: int, agrees: bool, text: str = "") -> ExtraCharge:
    """Note that the customer agreed to a charge, or declined it, once.

    Agreed: it goes on as if it had been signed, to the office where the office approves. Declined:
    it is refused. Conflict when it was answered, decided or taken back in the meantime. The journal
    names the charge and keeps moment and network address of the answer.
    """
    order_id = ExtraCharge.objects.values_list("work_order_id", flat=True).get(pk=charge_id)
    order = lock_order(order_id)
    charge = ExtraCharge.objects.get(pk=charge_id)
    refuse_unless(
        order.meaning != Meaning.CANCELLED, "order.closed", _("This work order was cancelled")
    )
    if charge.state != State.UNCONFIRMED:
        raise Conflict("charge.state", already(charge))
    answered(charge, Way.LINK)
    if agrees:
        charge.state = state_now(charge)
        charge.save(update_fields=["state", *CUSTOMER])
        note(charge, "charge_agreed_by_link", None)
        record(None, "charge.agreed_by_link", order, **_names(charge))
        tell(charge)
        return charge
    reason = text.strip()[:200]
    charge.state = State.REFUSED
    decided(charge, reason, None)
    note(charge, "charge_declined", None, text=reason)
    record(None, "charge.declined_by_link", order, **_names(charge), reason=reason)
    return charge


def _names(charge: ExtraCharge) -> dict[str, Any]:
    """What a record of an answer says of its charge."""
    return {"charge": charge.pk, "code": charge.code, "amount_fen": charge.amount_fen}
