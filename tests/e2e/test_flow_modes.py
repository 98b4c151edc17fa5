"""Bottlenecks, temporary modes and moves of running orders in a browser, readable for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from common import clock
from tests.workorders.own_flows import another, edited, publish
from workorders.models import FlowMove, FlowVersion

pytestmark = pytest.mark.browser


@pytest.fixture
def flow_for_one_test(world) -> Iterator[None]:
    """Other tests of the same product follow the flow as it was before."""
    before = FlowVersion.objects.filter(key="installation", variant="").latest("number").body
    yield
    publish(before)


@pytest.mark.usefixtures("flow_for_one_test")
def test_a_block_reaches_running_orders_from_one_screen_and_no_screen_shuts_anybody_out(
    world, desk, phone, company, product, axe
):
    with clock.moved_to(clock.now() - timedelta(days=2)):
        order = another(world)
    storm = edited({"op": "name", "name": "台风模式"})
    publish(storm, variant="storm", applies={"on_demand": True})
    page = desk(world.admin)
    page.goto(product.url("/orders/moves/insert/"))
    axe(page)
    page.check("input[value=installation]")
    page.get_by_role("button", name="先看影响").click()
    axe(page)
    page.get_by_role("button", name="发布并迁移").click()
    page.wait_for_url("**/orders/moves/")
    product.drain()
    page.goto(product.url(f"/orders/moves/{FlowMove.objects.latest('pk').pk}/"))
    expect(page.locator("#move-progress")).to_contain_text("完成")
    order.refresh_from_db()
    newest = FlowVersion.objects.filter(key="installation", variant="").latest("number")
    assert order.flow_version == newest
    paths = ["bottlenecks/", "moves/", "modes/", "modes/new/", f"moves/from/{newest.pk}/"]
    for shape in (page, phone(world.admin)):
        for path in paths:
            shape.goto(product.url(f"/orders/{path}"))
            axe(shape)
