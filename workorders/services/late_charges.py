"""Extra charges somebody thinks of after the work: how long they may be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock, formatting
from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders.charges import late_hours, late_until
from workorders.flow import Meaning
from workorders.happened import happened
from workorders.models import ChargeTerm, ExtraCharge
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder

MOST_HOURS = 30 * 24


def lock_chargeable(order_id: int, *, anew: bool) -> WorkOrder:
    """Return the locked order when something may be charged on it: during the work, or shortly after.

    What was asked for goes on while the order is open; `anew` asks for a charge, and after the work
    that is refused once the company's hours are over.
    """
    order = lock_order(order_id)
    refuse_unless(
        order.meaning != Meaning.CANCELLED, "order.closed", _("This work order was cancelled")
    )
    until = late_until(order)
    if until is None or (order.is_open and not anew):
        return order
    hours = late_hours()
    sentence = ngettext(
        "Charges could be asked for until %(until)s, %(n)d hour after the work. Ask the office: it"
        " can adjust the settlement.",
        "Charges could be asked for until %(until)s, %(n)d hours after the work. Ask the office: it"
        " can adjust the settlement.",
        hours,
    )
    words = {"until": formatting.when(until, now=clock.now()), "n": hours}
    refuse_unless(happened(order).at <= until, "charge.late", sentence % words)
    return order


def locked_charge(charge: ExtraCharge) -> tuple[WorkOrder, ExtraCharge]:
    """Return the order with its lock, and the charge as it is behind that lock."""
    order = lock_chargeable(charge.work_order_id, anew=False)
    return order, ExtraCharge.objects.get(pk=charge.pk)


def refuse_when_gone(order: WorkOrder) -> None:
    """Refuse a signature after the work: whoever draws it then need not be the customer."""
    refuse_unless(
        order.completed_at is None,
        "charge.customer_gone",
        _("The work is done: nobody signs on this phone any more. Send the charge without a signature"
          " and give the customer its link, or ask the office to call."),
    )  # fmt: skip


@transactional
def set_late_hours(*, hours: int, actor: User) -> None:
    """Set for how many hours after the work charges may be asked for; 0: not at all."""
    refuse_unless(0 <= hours <= MOST_HOURS, "charge.hours", _("Enter 0 to 720 hours"))
    ChargeTerm.objects.update_or_create(pk=1, defaults={"late_hours": hours})
    record(actor, "charge_term.saved", None, hours=hours)
