"""Says what an unmapped product asks for, once for all lines that wait with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import ProductMapping
from common.errors import Conflict, Refused
from common.journal import record
from workorders.intake_facts import RefundState, ShopOrderStatus
from workorders.models import ShopOrderLine, WorkOrder
from workorders.services.opening import current_version, open_work_order

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.models import ServiceItem

_State = ShopOrderLine.State
_UNPAID = (ShopOrderStatus.UNPAID.value, ShopOrderStatus.DEPOSIT_PAID.value)


@transaction.atomic
def map_line(
    *, line_id: int, item: ServiceItem | None, price_included: bool, actor: User
) -> list[WorkOrder]:
    """Map the product of an unmapped line and settle every line that waits with the same product.

    `item` None: the product needs no service. A line without a product code is settled alone and
    nothing is remembered. Returns the work orders opened; Conflict when the line waits no more.
    """
    line = ShopOrderLine.objects.select_related("order").get(pk=line_id)
    if item is not None and current_version(item) is None:
        raise Refused("item.retired", _("This service item is not offered any more"))
    waiting = _waiting_with(line)
    if line.pk not in {each.pk for each in waiting}:
        raise Conflict("line.mapped", _("Somebody has mapped this line already"))
    if line.product_code:
        ProductMapping.objects.update_or_create(
            platform=line.order.platform,
            product_code=line.product_code,
            defaults={"item": item, "price_included": price_included and item is not None},
        )
    opened = [
        order
        for each in waiting
        if (order := _settle(each, item, price_included, actor)) is not None
    ]
    record(
        actor,
        "product.mapped",
        line,
        product=line.product_code,
        platform=line.order.platform,
        item=item.code if item else "",
        lines=len(waiting),
    )
    return opened


def _waiting_with(line: ShopOrderLine) -> list[ShopOrderLine]:
    waiting = ShopOrderLine.objects.filter(state=_State.UNMAPPED)
    same = (
        waiting.filter(product_code=line.product_code, order__platform=line.order.platform)
        if line.product_code
        else waiting.filter(pk=line.pk)
    )
    # Locked first, read after: rows joined to a locked row may be older than the lock.
    locked = list(same.select_for_update().order_by("pk").values_list("pk", flat=True))
    joined = waiting.filter(pk__in=locked).select_related(
        "order__customer", "order__contact", "order__address__region", "order__sold_by"
    )
    return list(joined.order_by("pk"))


def _settle(
    line: ShopOrderLine, item: ServiceItem | None, price_included: bool, actor: User
) -> WorkOrder | None:
    version = current_version(item) if item else None
    due = (
        line.order.status not in _UNPAID
        and line.refund_state != RefundState.ASKED.value
        and version is not None
    )
    line.item = item
    line.state = _State.OPENED if due else _State.WAITING if item else _State.NO_SERVICE
    line.save(update_fields=["item", "state"])
    if not due or version is None:
        return None
    return open_work_order(line=line, version=version, price_included=price_included, actor=None)
