"""A customer answers a charge on a phone of their own, in a browser that guards its forms."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.workorders.test_charges import charge
from tests.workorders.walking import arrive
from tests.workorders.world import open_order, shop_order
from workorders.charge_links import consent_token
from workorders.models import ExtraCharge
from workorders.services.evidence import use_material

pytestmark = pytest.mark.browser


def test_the_customer_opens_the_link_and_agrees(product, world, phone, axe):
    asked = charge(
        arrive(open_order(world, shop_order(number="E-consent")), world), world, signed=False
    )
    assert asked.state == ExtraCharge.State.UNCONFIRMED
    page = phone(None)
    page.goto(product.url(f"/agree/{consent_token(asked)}/"))
    axe(page)
    page.locator('button[value="agree"]').click()
    expect(page.locator('button[value="agree"]')).to_have_count(0)
    asked.refresh_from_db()
    assert asked.answered_at is not None
    assert asked.state == ExtraCharge.State.CONFIRMED


def test_the_desk_reads_the_answer_and_a_heading_stands_apart_from_the_row_above(
    product, world, desk, axe
):
    order = arrive(open_order(world, shop_order(number="E-answered")), world)
    use_material(
        order_id=order.pk, material=world.pipe, quantity_milli=3_500, actor=world.installer.user
    )
    charge(order, world)
    page = desk(world.dispatcher)
    page.goto(product.url(f"/orders/{order.number}/"))
    expect(page.locator("[data-answer]")).to_contain_text("手机签名")
    above = page.locator("#order-purchase .x-facts").first.bounding_box()
    heading = page.locator("#order-purchase h3").bounding_box()
    assert heading["y"] - (above["y"] + above["height"]) >= 12
    axe(page)
