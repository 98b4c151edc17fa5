"""The customer's code on the phone: looked at before it is queued, and judged by the server later."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import visits
from tests.e2e.test_phone_offline import open_visit
from tests.workorders.own_flows import order_with
from tests.workorders.test_acceptance import ASKS
from tests.workorders.walking import arrive, prove
from workorders.acceptances import accepted_at
from workorders.codes import Purpose, issue_code

pytestmark = pytest.mark.browser


@pytest.fixture
def order(world):
    """An order on site, all proven but the customer's acceptance."""
    order = arrive(order_with(world, ASKS), world)
    prove(order, world)
    return order


def at_the_code(page, product, order):
    """Open the visit at the part that asks for the code."""
    open_visit(page, product, order)
    page.wait_for_load_state("networkidle")
    visits.at(page, "acceptance")
    return page.locator("[data-part=acceptance]")


def test_what_is_no_code_is_refused_on_the_phone_and_a_right_one_goes_through(
    product, world, phone, order, axe
):
    page = phone(world.installer.user)
    part = at_the_code(page, product, order)
    part.locator("[name=code]").fill("12345")
    visits.press(page)
    expect(part.locator("[data-wrong]")).to_be_visible()
    expect(page.locator("#x-strip")).to_be_hidden()
    axe(page)
    right = issue_code(order_id=order.pk, actor=world.dispatcher, purpose=Purpose.ACCEPTANCE)
    part.locator("[name=code]").fill(right)
    with page.expect_response("**/acceptance/"):
        visits.press(page)
    visits.at(page, "complete")
    assert accepted_at(order) is not None


def test_without_a_network_the_code_waits_and_a_wrong_one_comes_back(product, world, phone, order):
    right = issue_code(order_id=order.pk, actor=world.dispatcher, purpose=Purpose.ACCEPTANCE)
    page = phone(world.installer.user)
    part = at_the_code(page, product, order)
    page.context.set_offline(True)
    part.locator("[name=code]").fill(f"{(int(right) + 1) % 1_000_000:06d}")
    visits.press(page)
    visits.at(page, "complete")
    page.locator("[data-back]").click()
    expect(part.locator(".x-if-stored")).to_be_visible()
    page.context.set_offline(False)
    with page.expect_response("**/acceptance/"):
        page.evaluate("window.kuaquOutbox.flush()")
    expect(page.locator("#x-refused [data-reason]")).to_be_visible()
    visits.at(page, "acceptance")
    assert accepted_at(order) is None
    part.locator("[name=code]").fill(right)
    with page.expect_response("**/acceptance/"):
        visits.press(page)
    visits.at(page, "complete")
    assert accepted_at(order) is not None
