"""An order typed by hand leads to a quotation of the same job."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.browser


def test_the_link_to_a_price_follows_item_and_district_as_they_are_chosen(
    world, desk, phone, product, axe
):
    person = UserFactory(role=Role.HQ_ADMIN, unit=world.hq)
    for page in (desk(person), phone(person)):
        page.goto(product.url("/orders/enter/"))
        link = page.locator("#quote-link")
        page.locator("#id_item").select_option(str(world.item.pk))
        expect(link).to_have_attribute("href", re.compile(rf"item={world.item.pk}&"))
        for name, code in (("province", "330000"), ("city", "330100"), ("district", "330106")):
            page.locator(f"[name={name}]").select_option(code)
        expect(link).to_have_attribute("href", re.compile(rf"region={world.hangzhou.pk}&"))
        link.click()
        expect(page.locator("#id_region")).to_have_value(str(world.hangzhou.pk))
        axe(page)
