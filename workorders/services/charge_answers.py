"""The customer's own answer to a charge, by the signed link they were sent."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders.flow import Meaning
from workorders.models import ExtraCharge
from workorders.services.charge_states import already, decided, note, state_now, tell
from workorders.services.locking import lock_order

State = ExtraCharge.State


@transactional
def answer_charge(*, charge_id: int, agrees: bool, text: str = "") -> ExtraCharge:
    """Note that the customer agreed to a charge, or declined it, once.

    Agreed: it goes on as if it had been signed, to the office where the office approves. Declined:
    it is refused. Conflict when it was answered, decided or taken back in the meantime. The journal
    keeps moment and network address of the answer.
    """
    order_id = ExtraCharge.objects.values_list("work_order_id", flat=True).get(pk=charge_id)
    order = lock_order(order_id)
    charge = ExtraCharge.objects.get(pk=charge_id)
    refuse_unless(
        order.meaning != Meaning.CANCELLED, "order.closed", _("This work order was cancelled")
    )
    if charge.state != State.UNCONFIRMED:
        raise Conflict("charge.state", already(charge))
    charge.answered_at = clock.now()
    words = {"code": charge.code, "amount_fen": charge.amount_fen}
    if agrees:
        charge.state = state_now(charge)
        charge.save(update_fields=["state", "answered_at"])
        note(charge, "charge_agreed_by_link", None)
        record(None, "charge.agreed_by_link", order, **words)
        tell(charge)
        return charge
    reason = text.strip()[:200]
    charge.state = State.REFUSED
    decided(charge, reason, None)
    note(charge, "charge_declined", None, text=reason)
    record(None, "charge.declined_by_link", order, **words, reason=reason)
    return charge
