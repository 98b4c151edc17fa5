"""A contractor's link on a phone, and what installers look at beside their visits."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dispatch.contractors.giving import Wanted, give_to_contractor
from dispatch.contractors.links import link_token
from dispatch.models import PoolRule
from dispatch.rewards import choose_rewards
from tests.e2e import visits
from tests.e2e.test_phone_kept import until
from tests.factories import InstallerFactory
from tests.workorders.world import open_order, shop_order, tomorrow

pytestmark = pytest.mark.browser


def test_a_contractor_opens_the_link_and_does_the_whole_visit(product, world, phone, fits):
    order = open_order(world, shop_order(number="E-contractor-1", buyer_ref="E-contractor-1"))
    order.window_starts_at, order.window_ends_at = tomorrow()
    order.save()
    link = give_to_contractor(
        order_id=order.pk,
        wanted=Wanted("老周", "13911110001", world.suzhou, 18_000),
        actor=world.dispatcher,
    )
    page = phone(None)
    page.goto(product.url(f"/work/{link_token(link)}/"))
    expect(page.locator("main")).to_contain_text("180.00")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"**/m/today/{order.number}/")
    assert page.locator(".x-phone-tabs").count() == 0
    for part in ("accept", "go", "arrive", "steps", "photos", "materials", "signature"):
        visits.at(page, part)
        if part in ("accept", "steps"):
            fits(page, f"contractor-{part}")
        visits.do(page, part)
    visits.at(page, "complete")
    with page.expect_navigation():
        visits.press(page)
    order.refresh_from_db()
    assert order.completed_at is not None
    page.goto(product.url("/m/pool/"))
    page.wait_for_url(f"**/m/today/{order.number}/")


def test_the_route_is_there_without_a_network(product, world, phone, fits):
    me = InstallerFactory(outlet=world.suzhou, home_lon="120.1", home_lat="30.2")
    for hours in (1, 3):
        visits.accepted_order(world, me, hours)
    page = phone(me.user)
    page.goto(product.url("/m/today/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    address = product.url("/m/route/")
    until(page, f"caches.match('{address}').then((found) => !!found)")
    page.context.set_offline(True)
    page.goto(address)
    expect(page.locator(".x-route-stop")).to_have_count(2)
    page.context.set_offline(False)
    page.reload()
    fits(page, "route")


def test_the_pages_beside_the_visits_fit_a_hand(product, world, phone, fits):
    me = InstallerFactory(outlet=world.suzhou)
    PoolRule.objects.update_or_create(pk=1, defaults={"rewards": True})
    page = phone(me.user)
    for name in ("route", "demand", "share", "rewards"):
        page.goto(product.url(f"/m/{name}/"))
        fits(page, f"{name}-empty")
    choose_rewards(installer=me, wanted=True, actor=me.user)
    page.goto(product.url("/m/rewards/"))
    fits(page, "rewards")
