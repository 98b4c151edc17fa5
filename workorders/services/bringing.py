"""One work order brings another: at the same site, for the same customer, linked to where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from common.journal import record
from workorders import timeline
from workorders.intake_facts import ShopOrderStatus
from workorders.models import ShopOrder, ShopOrderLine, WorkOrder
from workorders.services.opening import Marks, Origin, current_version, open_work_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from catalog.models import ServiceItem, ServiceItemVersion

PLATFORM = "follow_up"
LONGEST_CHAIN = 3
MOST_BROUGHT = 9


def bring_order(
    order: WorkOrder,
    *,
    item: ServiceItem,
    reason: str,
    actor: User | None = None,
    steps: Sequence[int] = (),
    version: ServiceItemVersion | None = None,
) -> WorkOrder:
    """Open an order that the locked one brings: of an item as it is now, or of a version of it.

    `steps` are those that are left to do, none: all. Nothing is paid for it by itself. Raises
    Refused for an item that is not offered, and where orders bring orders without end.
    """
    version = version or current_version(item)
    if version is None:
        raise Refused("item.retired", _("This service item is not offered any more"))
    brought = WorkOrder.objects.filter(comes_from=order).count()
    is_endless = brought >= MOST_BROUGHT or _depth(order) >= LONGEST_CHAIN
    sentence = _("Too many work orders follow from each other here; please look at them first")
    refuse_unless(not is_endless, "order.endless", sentence)
    line = _line(order, item, brought + 1)
    made = open_work_order(
        line=line,
        version=version,
        price_included=False,
        actor=actor,
        marks=Marks(site_kind=order.site_kind, high_work=order.high_work),
        origin=Origin(order, tuple(steps)),
    )
    timeline.note(made, "order_came", actor=actor, number=order.number, text=reason)
    record(actor, "workorder.brought", made, comes_from=order.pk, steps=list(steps))
    return made


def _depth(order: WorkOrder) -> int:
    depth, here = 0, order.comes_from
    while here is not None and depth < LONGEST_CHAIN:
        depth, here = depth + 1, here.comes_from
    return depth


def _line(order: WorkOrder, item: ServiceItem, nth: int) -> ShopOrderLine:
    """The order of a shop that stands behind it: nobody bought it, its number says what it follows."""
    now = clock.now()
    shop = ShopOrder.objects.create(
        platform=PLATFORM,
        shop_key=order.sold_by.code,
        number=f"{order.number}-{nth}",
        status=ShopOrderStatus.PAID.value,
        sold_by=order.sold_by,
        customer=order.customer,
        contact=order.contact,
        address=order.address,
        placed_at=now,
        modified_at=now,
    )
    return ShopOrderLine.objects.create(
        order=shop,
        line_id="1",
        product_code=item.code,
        title=item.name,
        quantity=order.quantity,
        is_service=True,
        item=item,
        state=ShopOrderLine.State.OPENED,
    )
