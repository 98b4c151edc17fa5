"""Takes a work order for a change, one change at a time."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common.errors import Refused
from workorders.models import WorkOrder


def lock_order(order_id: int) -> WorkOrder:
    """Return the order with its row locked until the end of the transaction.

    Raises Refused("order.unknown") when there is none; views look orders up by their scope first.
    """
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


def lock_open_order(order_id: int) -> WorkOrder:
    """Return a locked order that is neither done nor cancelled; Refused("order.closed") else."""
    order = lock_order(order_id)
    if not order.is_open:
        raise Refused("order.closed", _("This work order is closed"))
    return order
