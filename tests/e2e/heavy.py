"""The heaviest visit there is: a form, a branch behind it, the customer's code, charges, a question."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from catalog.models import ProductMapping
from catalog.services.items import publish_item
from tests.factories import InstallerFactory
from tests.workorders.own_flows import edited, publish
from tests.workorders.test_acceptance import ASKS
from tests.workorders.test_visit_runs import SWAPS
from tests.workorders.walking import arrive
from tests.workorders.world import (
    INSTALL_BODY,
    World,
    open_order,
    photo,
    service_line,
    shop_order,
    signature,
)
from workorders.models import WorkOrder
from workorders.services.asking import ask_again
from workorders.services.charges import Asked, add_charge

_numbers = count(1)
_KEY, _PRODUCT = "heavy", "SVC-HEAVY"


def heavy_order(world: World) -> WorkOrder:
    """An order on site with an installer of its own, in a flow that nobody else follows."""
    publish(edited(ASKS, *SWAPS) | {"key": _KEY, "name": "重单安装"})
    if not ProductMapping.objects.filter(product_code=_PRODUCT).exists():
        body = replace(INSTALL_BODY, code="T-HEAVY", name="空调安装重单", flow=_KEY)
        item = publish_item(body=body, industry="家电", actor=None).item
        ProductMapping.objects.create(product_code=_PRODUCT, item=item)
    number = f"E-heavy-{next(_numbers)}"
    facts = shop_order(service_line(outer_item_id=_PRODUCT), number=number, buyer_ref=number)
    theirs = replace(world, installer=InstallerFactory(outlet=world.suzhou))
    order = arrive(open_order(world, facts), theirs)
    me = theirs.installer.user
    for code, consent, shade in (("drilling", signature(), 141), ("parts", None, 147)):
        asked = Asked(
            code=code,
            amount_fen=12_300,
            reason="承重墙",
            photo=photo(shade, size=(64, 300 + next(_numbers))),
            consent=consent,
        )
        add_charge(order_id=order.pk, asked=asked, actor=me)
    ask_again(order_id=order.pk, text="外机可以放在阳台吗？", actor=world.dispatcher)
    return order
