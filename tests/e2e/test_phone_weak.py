"""A weak network: what hangs is shown as it was kept, what is kept does not grow, nothing is wiped by chance."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import visits
from tests.e2e.test_phone_kept import until
from tests.e2e.test_phone_offline import open_visit

pytestmark = pytest.mark.browser


def impatient(page: Page) -> None:
    """Let the worker wait for a third of a second only."""
    page.evaluate(
        "navigator.serviceWorker.register('/m/worker.js?patience=0.3', {scope: '/m/'}).then(() => null)"
    )
    until(page, "navigator.serviceWorker.controller.scriptURL.endsWith('=0.3')")


def test_a_page_that_does_not_come_is_shown_as_it_was_kept(product, world, phone):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    open_visit(page, product, order)
    impatient(page)
    page.context.route(re.compile(rf"/m/today/{order.number}/$"), lambda route: None)
    page.reload()
    expect(page.locator("body[data-kept]")).to_have_count(1)
    expect(page.locator("[data-page]:visible")).to_have_count(1)


def test_an_address_without_its_slash_takes_no_kept_page_along(product, world, phone):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    open_visit(page, product, order)
    until(page, f"await caches.match('/m/today/{order.number}/')")
    page.goto(product.url("/m/today"))
    page.goto(product.url("/m/earnings/"))
    assert page.evaluate(f"caches.match('/m/today/{order.number}/').then(Boolean)")
    page.context.clear_cookies()
    page.goto(product.url("/m/today/"))
    assert "/sign-in/" in page.url
    assert not page.evaluate(f"caches.match('/m/today/{order.number}/').then(Boolean)")


def test_old_visits_leave_the_phone_and_those_of_the_day_stay(product, world, phone):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    open_visit(page, product, order)
    page.evaluate(
        """async () => {
          const pages = await caches.open('kuaqu-pages-1');
          const days = (n) => ({headers: {date: new Date(Date.now() - n * 86400000).toUTCString()}});
          await pages.put('/m/today/WO-OLD/', new Response('old', days(4)));
          await pages.put('/m/today/WO-NEW/', new Response('new', days(1)));
        }"""
    )
    page.goto(product.url("/m/today/"))
    until(page, "!(await caches.match('/m/today/WO-OLD/'))")
    assert page.evaluate("caches.match('/m/today/WO-NEW/').then(Boolean)")
    assert page.evaluate(f"caches.match('/m/today/{order.number}/').then(Boolean)")
