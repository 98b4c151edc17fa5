"""The customer can be called and found before the work, without a network too once the number was shown."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import visits
from tests.e2e.test_phone_offline import open_visit
from tests.factories import InstallerFactory

pytestmark = pytest.mark.browser
CALL = '.x-site a[href="tel:13712345678"]'


def test_on_the_way_both_buttons_are_open_and_a_number_once_shown_stays(product, world, phone, axe):
    me = InstallerFactory(outlet=world.suzhou)
    order = visits.accepted_order(world, me, 1)
    page = phone(me.user)
    open_visit(page, product, order)
    visits.at(page, "go")
    expect(page.locator(".x-site .x-two")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator(".x-site .x-if-cut-off")).to_be_visible()
    expect(page.locator(".x-site [data-reach]")).to_be_hidden()
    axe(page)
    page.context.set_offline(False)
    page.locator(".x-site [data-reach]").click()
    expect(page.locator(CALL)).to_be_visible()
    visits.press(page)
    visits.at(page, "arrive")
    page.context.set_offline(True)
    page.reload()
    visits.at(page, "arrive")
    expect(page.locator(CALL)).to_be_visible()
    expect(page.locator(".x-site .x-if-cut-off")).to_be_hidden()
    page.context.set_offline(False)
    visits.end_by_shop(order)
    page.goto(product.url("/m/today/"))
    assert (
        page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('kuaqu-number-'))") == []
    )


def test_a_number_leaves_with_its_person(product, world, phone):
    me = InstallerFactory(outlet=world.suzhou)
    order = visits.accepted_order(world, me, 1)
    page = phone(me.user)
    open_visit(page, product, order)
    page.locator(".x-site [data-reach]").click()
    expect(page.locator(CALL)).to_be_visible()
    page.goto(product.url("/me/"))
    page.evaluate(
        "localStorage.setItem('kuaqu-draft-x', JSON.stringify({at: Date.now(), fields: []}))"
    )
    with page.expect_navigation():
        page.locator("form[action$='/sign-out/'] button").first.click()
    kept = "Object.keys(localStorage).filter(k => /^kuaqu-(number|draft)-/.test(k))"
    assert page.evaluate(kept) == []
