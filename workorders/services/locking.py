"""Takes a work order for a change, one change at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext as _

from common.errors import Refused
from common.transactions import undivided
from workorders.models import WorkOrder

_in_hand: ContextVar[WorkOrder | None] = ContextVar("work_order_in_hand", default=None)


def order_held(order_id: int) -> WorkOrder | None:
    """Return the order that is in hand around here, None when it is not this one."""
    held = _in_hand.get()
    return held if held is not None and held.pk == order_id else None


def lock_order(order_id: int) -> WorkOrder:
    """Return the order with its row locked until the end of the transaction.

    Raises Refused("order.unknown") when there is none; views look orders up by their scope first.
    """
    held = order_held(order_id)
    if held is not None:
        return held
    # Two statements on purpose: after waiting for a lock PostgreSQL reads the locked row anew but
    # keeps the rows that were joined to it before, such as the installer of a moment ago.
    WorkOrder.objects.select_for_update().filter(pk=order_id).values_list("pk").first()
    joined = WorkOrder.objects.select_related(
        "flow_version", "item_version", "installer__user", "installer__outlet", "address", "line"
    )
    order = joined.filter(pk=order_id).first()
    if order is None:
        raise Refused("order.unknown", _("There is no such work order"))
    return order


def take_turn_by_number(number: str) -> None:
    """Wait for whoever changes the order of a number, and let nobody change it until the end of the
    transaction: what is asked of it afterwards stays true. Nothing for a number nobody has.
    """
    WorkOrder.objects.select_for_update().filter(number=number).values_list("pk").first()


def lock_open_order(order_id: int) -> WorkOrder:
    """Return a locked order that is neither done nor cancelled; Refused("order.closed") else."""
    order = lock_order(order_id)
    if not order.is_open:
        raise Refused("order.closed", _("This work order is closed"))
    return order


@contextmanager
def order_in_hand(order_id: int) -> Iterator[WorkOrder]:
    """Lock and read an order once for many services called inside the block.

    The block is one transaction; what goes wrong in it undoes all of it, so the record in hand
    never differs from the row.
    """
    with undivided():
        token = _in_hand.set(lock_order(order_id))
        try:
            order = _in_hand.get()
            assert order is not None  # noqa: S101 - set a line above
            yield order
        finally:
            _in_hand.reset(token)
