"""When an appliance was bought and how long it is under warranty: by its sale, or nobody knows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from common import clock
from tests.workorders.walking import complete
from tests.workorders.world import goods_line, open_order, service_line, shop_order
from workorders.flow import read_flow
from workorders.form_values import prefilled
from workorders.models import ShopOrder, WorkOrder
from workorders.sales import sale_of
from workorders.services.bringing import bring_order
from workorders.services.requests import RepairRequest, request_repair
from workorders.stickers import read_sticker, sticker_token

BOUGHT = datetime(2026, 3, 9, 17, 0, tzinfo=UTC)  # the tenth in China
FIELDS = [
    {"key": "bought", "label": "购买日期", "kind": "date", "prefill": "purchased_on"},
    {"key": "until", "label": "保修到期", "kind": "date", "prefill": "warranty_until"},
]


@pytest.fixture
def sold(world):
    """An appliance sold with its installation half a year ago, under warranty for a year."""
    type(world.item).objects.filter(pk=world.item.pk).update(warranty_days=365)
    order = open_order(world, shop_order(goods_line(), number="E-sold", paid_at=BOUGHT))
    return complete(order, world)


def repair(world, number="E-repair"):
    """A repair paid for today."""
    line = service_line(outer_item_id="SVC-FIX")
    return open_order(world, shop_order(line, number=number, paid_at=clock.now()))


@pytest.fixture(autouse=True)
def mapped(world):
    from catalog.models import ProductMapping

    ProductMapping.objects.create(product_code="SVC-FIX", item=world.repair)
    type(world.repair).objects.filter(pk=world.repair.pk).update(warranty_days=90)


def filled(order, world):
    from tests.workorders.own_flows import edited

    form = {"key": "w", "name": "保修", "fields": FIELDS}
    flow = read_flow(edited({"op": "form", "form": form, "stage": "on_site"}))
    order = WorkOrder.objects.select_related("line__order", "item_version__item").get(pk=order.pk)
    return prefilled(order, flow.form("w"))


def test_what_was_sold_with_its_installation_was_bought_when_it_was_paid(world, sold):
    assert filled(sold, world) == {"bought": "2026-03-10", "until": "2027-03-10"}


def test_a_repair_of_an_unknown_sale_is_never_bought_today(world):
    assert filled(repair(world), world) == {}


def test_a_repair_asked_for_at_a_sticker_knows_the_sale_behind_it(world, sold):
    about = read_sticker(sticker_token(sold))
    asked = RepairRequest(
        name="王芳", phone="13712345678", address="杭州市西湖区文三路 8 号", product="空调",
        fault="不制冷", item=world.repair, about=about.number,
    )  # fmt: skip
    order = WorkOrder.objects.get(line__order=request_repair(asked=asked))
    assert ShopOrder.objects.get(pk=order.line.order_id).about == sold
    assert filled(order, world) == {"bought": "2026-03-10", "until": "2027-03-10"}


def test_an_order_that_follows_or_repeats_another_knows_its_sale(world, sold):
    brought = bring_order(sold, item=world.repair, reason="缺配件")
    assert sale_of(brought).bought_on == date(2026, 3, 10)
    again = repair(world)
    WorkOrder.objects.filter(pk=again.pk).update(rework_of=brought)
    again.refresh_from_db()
    assert sale_of(again).warranty_until == date(2026, 3, 10) + timedelta(days=365)


def test_what_only_may_repeat_another_proves_no_sale(world, sold):
    again = repair(world)
    WorkOrder.objects.filter(pk=again.pk).update(rework_of=None, suspected_rework_of=sold)
    again.refresh_from_db()
    assert sale_of(again) is None


def test_an_item_without_a_warranty_has_no_last_day(world, sold):
    type(world.item).objects.filter(pk=world.item.pk).update(warranty_days=0)
    assert filled(sold, world) == {"bought": "2026-03-10"}
