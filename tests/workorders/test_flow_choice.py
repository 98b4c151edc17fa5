"""Which flow a new order follows: its item's, or the variant made for what is known of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from catalog.models import ProductMapping
from catalog.services.items import publish_item
from common import clock
from common.errors import Refused
from network.models import Region
from network.selectors import first_order_type
from network.services import seed_regions
from tests.workorders.own_flows import another, edited, publish
from tests.workorders.world import INSTALL_BODY, open_order, service_line, shop_order
from workorders.flow_facts import OrderFacts
from workorders.models import FlowSwitch, WorkOrder

JULY, NOVEMBER = datetime(2026, 7, 2, 4, tzinfo=UTC), datetime(2026, 11, 2, 4, tzinfo=UTC)
EAST = {"fact": "region", "any_of": ["330000"]}
INSTALLED = {"fact": "order_type", "any_of": ["installation"]}


def variant(name, **applies):
    body = edited({"op": "name", "name": name})
    return publish(body, variant=name, applies=applies)


def withdraw(version):
    version.pk, version.number, version.withdrawn = None, version.number + 1, True
    version.save(force_insert=True)


def switch(name, start, end, by):
    FlowSwitch.objects.create(
        key="installation", variant=name, starts_at=start, ends_at=end, reason="台风",
        switched_by=by, switched_at=start,
    )  # fmt: skip


def opened_for(world, flow="", order_type="", region=None):
    body = replace(INSTALL_BODY, code="T-ANY", flow=flow, order_type=order_type)
    item = publish_item(body=body, industry="家电", actor=None).item
    ProductMapping.objects.update_or_create(product_code="SVC-ANY", defaults={"item": item})
    if region is not None:
        Region.objects.filter(pk=world.hangzhou.parent_id).update(order_type=region)
    number = f"A{WorkOrder.objects.count()}"
    return open_order(world, shop_order(service_line(outer_item_id="SVC-ANY"), number=number))


def test_the_narrowest_variant_that_fits_is_followed(world):
    variant("east", when=[EAST])
    variant("east_summer", when=[EAST], months=[7])
    variant("west", when=[{"fact": "region", "any_of": ["510000"]}, INSTALLED])
    with clock.moved_to(JULY):
        assert another(world).flow_version.variant == "east_summer"
    with clock.moved_to(NOVEMBER):
        assert another(world).flow_version.variant == "east"


def test_the_newest_version_counts_and_one_withdrawn_does_not(world):
    variant("east", when=[EAST])
    newest = variant("east", when=[EAST])
    assert another(world).flow_version.number == newest.number == 2
    withdraw(newest)
    assert another(world).flow_version.variant == ""


def test_one_switched_on_goes_first_and_only_while_it_is_on(world):
    variant("east", when=[EAST, INSTALLED])
    variant("storm", on_demand=True)
    switch("storm", NOVEMBER, NOVEMBER.replace(hour=6), world.admin)
    found = []
    for hour in (3, 4, 5, 6):
        with clock.moved_to(NOVEMBER.replace(hour=hour)):
            found.append(another(world).flow_version.variant)
    assert found == ["east", "storm", "storm", "east"]


@pytest.mark.parametrize(
    ("flow", "order_type", "region", "expected"),
    [
        ("repair", "", "installation", ("repair", "repair")),
        ("", "", "repair", ("repair", "repair")),
        ("", "", "", ("installation", "installation")),
        ("", "complaint", "repair", ("complaint", "installation")),
        ("installation", "exchange", "repair", ("exchange", "installation")),
    ],
)
def test_what_an_item_leaves_open_the_region_decides(world, flow, order_type, region, expected):
    order = opened_for(world, flow, order_type, region)
    assert (order.order_type, order.flow_version.key) == expected
    assert OrderFacts(order)["order_type"] == {expected[0]}


def test_in_a_flow_of_another_name_the_order_type_is_not_the_flow(world):
    publish(edited() | {"key": "smart_toilet", "name": "智能马桶安装"})
    order = opened_for(world, "smart_toilet", "", "repair")
    assert (order.order_type, order.flow_version.key) == ("repair", "smart_toilet")


def test_the_north_installs_first_and_the_south_repairs_first(world):
    seeded = seed_regions(codes=["110000", "440000"])
    assert first_order_type(seeded["110000"]) == "installation"
    assert first_order_type(seeded["440000"]) == "repair"
    assert first_order_type(None) == "installation"


def test_an_item_of_a_flow_nobody_published_is_refused_with_what_there_is(world):
    with pytest.raises(Refused, match="安装") as refused:
        opened_for(world, "no_such_flow")
    assert refused.value.code == "item.flow"


def test_an_order_of_a_flow_withdrawn_meanwhile_is_refused_and_nothing_is_opened(world):
    version = publish(edited() | {"key": "smart_toilet", "name": "智能马桶安装"})
    opened_for(world, "smart_toilet")
    withdraw(version)
    before = WorkOrder.objects.count()
    line = service_line(outer_item_id="SVC-ANY")
    with pytest.raises(Refused, match="smart_toilet"):
        open_order(world, shop_order(line, number="A9"))
    assert WorkOrder.objects.count() == before


def test_the_page_says_which_variant_an_order_follows_and_why(world, client):
    variant("storm", on_demand=True, when=[EAST])
    now = clock.now()
    switch("storm", now, now.replace(year=now.year + 1), world.admin)
    client.force_login(world.dispatcher)
    page = client.get(reverse("workorders:order-detail", args=[another(world).number]))
    text = page.content.decode()
    assert "浙江省" in text
    assert world.admin.display_name in text
    assert "台风" in text


def test_the_form_of_an_item_offers_the_flows_that_are_published(world, client):
    publish(edited() | {"key": "smart_toilet", "name": "智能马桶安装"})
    client.force_login(world.admin)
    page = client.get(reverse("catalog:item-edit", args=[world.item.pk])).content.decode()
    assert "智能马桶安装" in page
