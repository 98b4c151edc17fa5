"""The page of one order by keyboard, with a long flow, on a desk and on a phone's width."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.workorders.own_flows import another, edited, publish
from tests.workorders.walking import arrive
from tests.workorders.world import photo
from workorders.services.photos import add_photo

pytestmark = pytest.mark.browser

LONG = [
    {
        "op": "insert",
        "block": {
            "key": f"check{n}", "name": f"第 {n} 道复核", "way": "in", "after": "in_review",
            "stages": [{
                "key": f"check{n}", "name": f"第 {n} 道质量复核", "meaning": "IN_REVIEW",
                "role": "dispatcher", "department": "质量部" if n % 4 else "财务部", "sla_minutes": 60 * n,
            }],
            "leave": {"name": f"第 {n} 道通过", "roles": ["dispatcher"]},
        },
    }
    for n in range(1, 18)
]  # fmt: skip


@pytest.fixture
def long_flow(world) -> Iterator[None]:
    """A flow of more than twenty stages, for one test."""
    publish(edited(*LONG))
    yield
    publish(edited())


@pytest.mark.usefixtures("long_flow")
def test_a_rail_of_twenty_stages_fits_a_desk_and_a_phone(product, world, desk, phone, axe):
    order = arrive(another(world), world)
    me = world.installer.user
    for shade in (30, 90):
        add_photo(order_id=order.pk, upload=photo(shade), actor=me, seq=1, label="墙面")
    for open_for in (desk, phone):
        page = open_for(world.dispatcher)
        page.goto(product.url(f"/orders/{order.number}/"))
        expect(page.locator(".x-rail > li")).to_have_count(23)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        narrowest = page.evaluate(
            "Math.min(...Array.from(document.querySelectorAll('.x-rail > li'), e => e.offsetWidth))"
        )
        assert narrowest >= 90
        axe(page)


def test_photos_neighbours_and_a_comparison_by_key(product, world, desk, axe):
    orders = [arrive(another(world), world) for _ in range(2)]
    me = world.installer.user
    for shade in (31, 91):
        add_photo(order_id=orders[0].pk, upload=photo(shade), actor=me, seq=1, label="墙面")
    page = desk(world.dispatcher)
    page.goto(product.url(f"/orders/?q={orders[1].number}"))
    page.goto(product.url("/orders/"))
    newest, before = orders[1].number, orders[0].number
    page.goto(product.url(f"/orders/{newest}/"))
    page.keyboard.press("]")
    page.wait_for_url(f"**/orders/{before}/")
    page.keyboard.press("p")
    expect(page.locator("#order-photos")).to_be_focused()
    page.locator("#order-comparisons > summary").focus()
    page.keyboard.press("Enter")
    slider = page.locator("[data-compare] input")
    expect(slider).to_be_visible()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    over = page.locator("[data-compare] [data-over]")
    expect(over).to_have_css("clip-path", "inset(0px 0px 0px 45%)")
    axe(page)
    page.locator("h1").click()
    page.keyboard.press("[")
    page.wait_for_url(f"**/orders/{newest}/")
