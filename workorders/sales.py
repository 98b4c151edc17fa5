"""The sale behind a work order: when the appliance was bought, and until when it is under warranty."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from common import clock
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from datetime import date

_INSTALLATION = "installation"
_FARTHEST = 6
_READ = ("line__order", "item_version__item")


class Sale(NamedTuple):
    """The day in China it was paid on, and the last day of its warranty; None without one."""

    bought_on: date
    warranty_until: date | None


def sale_of(order: WorkOrder) -> Sale | None:
    """Return the sale of the appliance an order is about; None where nobody knows it.

    An order that was sold with the goods, or that installs them, is the sale itself. Any
    other leads back by the order it follows, repeats for certain, or whose sticker was scanned.
    """
    here: WorkOrder | None = order
    for _step in range(_FARTHEST):
        if here is None or _is_sale(here):
            break
        before = here.comes_from_id or here.rework_of_id or here.line.order.about_id
        rows = WorkOrder.objects.select_related(*_READ)
        here = rows.filter(pk=before).first() if before else None
    if here is None or not _is_sale(here):
        return None
    shop = here.line.order
    bought_on = clock.business_day(shop.paid_at or shop.placed_at)
    days = here.item_version.item.warranty_days
    return Sale(bought_on, bought_on + timedelta(days=days) if days else None)


def _is_sale(order: WorkOrder) -> bool:
    follows = order.comes_from_id or order.rework_of_id or order.line.order.about_id
    if follows:
        return False
    is_with_goods = not order.line.is_service
    return is_with_goods or _INSTALLATION in (order.order_type, order.item_version.flow_key)
