"""Carries a shop's later changes over to the work order that is open already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from common.outbox import announce
from workorders import timeline
from workorders.events import WorkOrderChanged
from workorders.intake_facts import RefundState
from workorders.models import ShopOrderLine, TimelineEvent, WorkOrder
from workorders.places import site_of
from workorders.services.entering import measure_distance
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from customers.services.identify import Identified

_ADDRESS = gettext_noop("the shop changed the address")
_QUANTITY = gettext_noop("the shop changed the quantity")
_PAID = gettext_noop("the shop changed the paid amount")
_REFUNDED = gettext_noop("the shop refunded a part")


@dataclass(frozen=True, slots=True)
class LineBefore:
    """What a line said before the shop changed it."""

    refunded_fen: int
    refund_state: str


def change_order(*, work_id: int, who: Identified) -> bool:
    """Give the work order the customer, contact and address its shop order has now.

    Returns whether something changed. After completion the address of the done work stays what it
    was, and an alert says what the shop changed.
    """
    order = lock_order(work_id)
    moved = order.address_id != who.address.pk
    other_contact = order.contact_id != who.contact.pk
    if not (moved or other_contact) or order.cancelled_at is not None:
        return False
    if order.completed_at is not None:
        return _alert_once(order, _ADDRESS, str(who.address.pk)) if moved else False
    order.customer, order.contact, order.address = who.customer, who.contact, who.address
    if moved:
        site = site_of(who.address)
        order.site_region, order.settled_by = site.region, site.branch
        measure_distance(order)
        timeline.note(order, "shop_address", kind=timeline.Kind.ALERT, address=str(who.address))
        announce(WorkOrderChanged(order.pk, "address"))
    if other_contact:
        timeline.note(order, "shop_contact")
        if not moved:
            announce(WorkOrderChanged(order.pk, "contact"))
    order.save()
    return True


def change_line(*, work_id: int, line: ShopOrderLine, before: LineBefore) -> bool:
    """Give the work order the quantity and amounts of its line; returns whether that changed it.

    What went back stays on the line; whoever counts revenue subtracts it there. After completion an
    alert says what the shop did, and what was settled is settled anew: money follows the payment.
    """
    order = lock_order(work_id)
    if order.cancelled_at is not None:
        return False
    order.line = line
    _note_refund(order, before.refund_state, line.refund_state)
    paid_fen = 0 if order.price_included else line.paid_fen
    changes = [
        (_QUANTITY, "shop_quantity", order.quantity, line.quantity),
        (_PAID, "shop_paid", order.paid_fen, paid_fen),
        (_REFUNDED, "shop_refunded", before.refunded_fen, line.refunded_fen),
    ]
    real = [each for each in changes if each[2] != each[3]]
    for what, code, was, after in real:
        timeline.note(order, code, kind=timeline.Kind.MONEY, before=was, after=after)
        if order.completed_at is not None:
            _alert_once(order, what, str(after))
    if real:
        order.quantity, order.paid_fen = line.quantity, paid_fen
        order.save(update_fields=["quantity", "paid_fen"])
        announce(WorkOrderChanged(order.pk, "payment"))
    return bool(real)


def _note_refund(order: WorkOrder, before: str, after: str) -> None:
    asked = RefundState.ASKED.value
    if after == asked and before != asked:
        timeline.note(order, "shop_refund_asked", kind=timeline.Kind.ALERT)
        announce(WorkOrderChanged(order.pk, "refund"))
    if before == asked and after == RefundState.NONE.value:
        timeline.note(order, "shop_refund_withdrawn")


def _alert_once(order: WorkOrder, what: str, value: str) -> bool:
    """Add the alert unless this very change was told before; the shop repeats itself."""
    told = TimelineEvent.objects.filter(
        work_order=order, code="after_completion", params__what=what, params__value=value
    )
    if told.exists():
        return False
    timeline.note(order, "after_completion", kind=timeline.Kind.ALERT, what=what, value=value)
    return True
