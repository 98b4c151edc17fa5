"""What comes after tomorrow stands on the installer's phone too, and is kept for a day without a network."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from common import clock
from tests.e2e import visits
from tests.e2e.test_phone_kept import until
from tests.factories import InstallerFactory
from tests.workorders.world import open_order, shop_order
from workorders.services.progress import Answers, assign_installer, take_transition

pytestmark = pytest.mark.browser


def given(world, me, number, days):
    """An order given to an installer for so many days ahead."""
    order = open_order(world, shop_order(number=number, buyer_ref=number))
    start = clock.day_span(clock.business_day())[0] + timedelta(days=days, hours=10)
    return assign_installer(
        order_id=order.pk,
        installer=me,
        actor=world.dispatcher,
        window=(start, start + timedelta(hours=2)),
    )


def test_an_order_for_later_is_answered_listed_and_kept(product, world, phone, axe):
    me = InstallerFactory(outlet=world.suzhou)
    far = given(world, me, "E-ahead-1", 30)
    order = given(world, me, "E-ahead-2", 3)
    held = visits.accepted_order(world, me, 1)
    take_transition(
        order_id=held.pk,
        key="hold",
        actor=me.user,
        answers=Answers(reason="缺件", next_contact_at=clock.now() + timedelta(days=4)),
    )
    page = phone(me.user)
    page.goto(product.url("/m/today/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    fresh = page.locator("#x-day > article")
    expect(fresh.locator(f'a[href="/m/today/{far.number}/"]').first).to_be_visible()
    expect(fresh.locator(f'a[href="/m/today/{order.number}/"]').first).to_be_visible()
    take_transition(order_id=order.pk, key="accept", actor=me.user)
    page.goto(product.url("/m/today/"))
    ahead = page.locator("#x-ahead")
    expect(ahead.locator("a.x-stop")).to_have_count(2)
    ahead.locator("summary").click()
    axe(page)
    expect(ahead.locator(f'a.x-stop[href="/m/today/{held.number}/"]')).to_be_visible()
    # Somebody else's news must not close what is being read.
    take_transition(order_id=far.pk, key="accept", actor=me.user)
    page.evaluate("window.htmx.trigger('#x-day', 'live')")
    expect(page.locator(f'article a[href="/m/today/{far.number}/"]')).to_have_count(0)
    expect(ahead).to_have_attribute("open", "")
    until(page, f"await caches.match('/m/today/{order.number}/')")
    page.context.set_offline(True)
    page.goto(product.url(f"/m/today/{order.number}/"))
    expect(page.locator("[data-page]:visible")).to_have_count(1)
