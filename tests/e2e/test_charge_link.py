"""A customer answers a charge on a phone of their own, in a browser that guards its forms."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.workorders.test_charges import charge
from tests.workorders.walking import arrive
from tests.workorders.world import open_order, shop_order
from workorders.charge_links import consent_token
from workorders.models import ExtraCharge

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
