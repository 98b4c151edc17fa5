"""What the simulated shops sell is what the industry packs know."""

from __future__ import annotations

import pytest

from catalog.models import ProductMapping
from catalog.services.packs import import_pack
from integrations.services.pulling import pull
from tests.integrations.connected import work
from workorders.models import ShopOrderLine, WorkOrder

SHOPS = [
    ("10010001", "home_appliances"),
    ("20010001", "home_appliances"),
    ("10020002", "ev_chargers"),
    ("20020002", "ev_chargers"),
]


@pytest.mark.parametrize(("shop_id", "pack"), SHOPS)
def test_every_seeded_service_opens_the_work_order_of_its_item(connected, shop_id, pack):
    ProductMapping.objects.all().delete()
    import_pack(pack, actor=None)
    connection = connected.connect(shop_id)
    connected.later(-120)
    products = connected.shop(shop_id).products
    for product in range(len(products)):
        connected.buy(shop_id, product, at=product)
    connected.later(120)
    assert pull(connection_id=connection.pk).error == ""
    work()
    services = sum(product.is_service or product.service is not None for product in products)
    assert WorkOrder.objects.count() == services
    assert not ShopOrderLine.objects.filter(state="unmapped").exists()
    assert WorkOrder.objects.values("item_version").distinct().count() == services
    assert not WorkOrder.objects.filter(address__division_code="").exists()
