"""What the phone keeps: visits that come by a poll, pages while the server fails, what is being typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import visits
from tests.e2e.test_phone_offline import open_visit
from workorders.services.progress import take_transition

pytestmark = pytest.mark.browser


def until(page: Page, condition: str) -> None:
    """Wait in the page: its policy lets no text become a function there."""
    page.evaluate(
        f"(async () => {{ while (!({condition})) await new Promise(r => setTimeout(r, 50)); }})()"
    )


def test_a_page_the_server_fails_to_send_is_shown_as_it_was_kept_and_says_so(product, world, phone):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    open_visit(page, product, order)
    page.context.route(re.compile(rf"/m/today/{order.number}/$"), lambda r: r.fulfill(status=503))
    page.reload()
    expect(page.locator("[data-page]:visible")).to_have_count(1)
    expect(page.locator("#x-strip")).to_be_visible()
    words = page.locator("#x-strip").get_attribute("data-kept")
    expect(page.locator("#x-strip [data-words]")).to_have_text(words)
    visits.press(page)
    expect(page.locator('[data-part="accept"]')).to_be_hidden()
    page.context.unroute_all()
    page.reload()
    expect(page.locator("#x-strip")).to_be_hidden()


def test_a_visit_that_comes_by_a_poll_opens_without_a_network(product, world, phone):
    page = phone(world.installer.user)
    page.goto(product.url("/m/today/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    order = visits.fresh_order(world)
    stop = page.locator(f'a.x-stop[href="/m/today/{order.number}/"]')
    expect(stop.first).to_be_visible(timeout=15_000)
    until(page, f"await caches.match('/m/today/{order.number}/')")
    page.context.set_offline(True)
    page.goto(product.url(f"/m/today/{order.number}/"))
    expect(page.locator("[data-page]:visible")).to_have_count(1)


def test_a_visit_keeps_the_reader_of_codes_for_later(product, world, phone):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    open_visit(page, product, order)
    address = page.locator("[data-reader]").first.get_attribute("data-reader")
    until(page, f"await caches.match('{address}')")


def test_what_is_being_typed_outlives_the_answer_to_a_charge(product, world, phone):
    order = visits.accepted_order(world, world.installer, 1)
    take_transition(order_id=order.pk, key="set_out", actor=world.installer.user)
    page = phone(world.installer.user)
    page.goto(product.url(f"/m/today/{order.number}/"))
    page.wait_for_load_state("networkidle")
    page.locator("#x-help > summary").click()
    page.locator("#help-note").fill("室外机太重")
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('outbox:sent', {detail: {answer: {}, entry:"
        " {url: window.location.pathname + 'charges/', fields: []}}}))"
    )
    expect(page.locator("#x-renew")).to_be_visible()
    expect(page.locator("#help-note")).to_have_value("室外机太重")
    page.locator("#help-reason").select_option("lifting")
    # Sent: nothing can be lost any more, and the page is renewed.
    with page.expect_navigation():
        page.locator("#x-help form[data-label] > .btn-primary").click()
    expect(page.locator("#x-renew")).to_be_hidden()


def test_an_entry_sent_again_is_never_out_of_both_lists(product, world, phone):
    """Its old place and its new one change in one transaction."""
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    open_visit(page, product, order)
    page.context.set_offline(True)
    visits.press(page)
    visits.at(page, "go")
    transactions = page.evaluate(
        """() => new Promise(done => {
          const open = indexedDB.open('kuaqu', 1);
          open.onsuccess = () => {
            const all = open.result.transaction('entries').objectStore('entries').getAll();
            all.onsuccess = () => {
              const made = IDBDatabase.prototype.transaction;
              const count = [];
              IDBDatabase.prototype.transaction = function (names, mode) {
                if (mode === 'readwrite') count.push(new Error().stack);
                return made.apply(this, arguments);
              };
              window.kuaquOutbox.retry(all.result[0]).then(() => done(count));
            };
          };
        })"""
    )
    assert len(transactions) == 1, transactions
