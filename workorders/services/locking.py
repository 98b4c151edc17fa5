"""Takes a work order for a change, one change at a time."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common.errors import Refused
from workorders.models import WorkOrder


def lock_order(order_id: int) -> WorkOrder:
    """Return the order with its row locked until the end of the transaction.

    Raises Refused("order.unknown") when there is none; views look orders up by their scope first.
    """
    locked = WorkOrder.objects.select_for_update(of=("self",)).select_related(
        "flow_version", "item_version", "installer__user", "installer__outlet", "address", "line"
    )
    order = locked.filter(pk=order_id).first()
    if order is None:
        raise Refused("order.unknown", _("There is no such work order"))
    return order


def lock_open_order(order_id: int) -> WorkOrder:
    """Return a locked order that is neither done nor cancelled; Refused("order.closed") else."""
    order = lock_order(order_id)
    if not order.is_open:
        raise Refused("order.closed", _("This work order is closed"))
    return order
