"""Without a network: a page never opened, a visit never opened, and the files of an earlier release."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect

from tests.e2e import visits
from tests.e2e.test_phone_kept import until
from tests.e2e.test_phone_offline import open_visit
from tests.factories import InstallerFactory
from workorders.models import WorkOrder
from workorders.phone_jobs import order_stamp

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("OFFLINE_PICTURES", "")


def test_a_page_never_opened_is_answered_by_our_own_that_leads_to_what_is_kept(
    product, world, phone, axe
):
    me = InstallerFactory(outlet=world.suzhou)
    order = visits.accepted_order(world, me, 1)
    page = phone(me.user)
    open_visit(page, product, order)
    page.wait_for_load_state("networkidle")
    until(page, "await caches.match('/m/offline/')")
    page.context.set_offline(True)
    page.goto(product.url("/m/earnings/"))
    expect(page.locator("h1")).to_contain_text("没有网络")
    expect(page.locator("h1")).to_contain_text("No network")
    expect(page.locator('#x-kept a[href="/m/today/"]')).to_be_visible()
    visit = page.locator(f'#x-kept a[href="/m/today/{order.number}/"]')
    expect(visit).to_contain_text("挂机空调安装")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Its style came along: the head has the colour of every page of the phone.
    colour = page.eval_on_selector(".x-phone-top", "top => getComputedStyle(top).backgroundColor")
    assert colour == "rgb(13, 31, 60)"
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/offline.png")
    visit.click()
    expect(page.locator("[data-page]:visible")).to_have_count(1)
    page.go_back()
    page.context.set_offline(False)
    page.goto(product.url("/m/earnings/"))
    expect(page.locator("#x-kept")).to_have_count(0)


def test_a_visit_never_opened_works_without_a_network_with_all_its_scripts(product, world, phone):
    me = InstallerFactory(outlet=world.suzhou)
    order = visits.accepted_order(world, me, 1)
    page = phone(me.user)
    page.goto(product.url("/m/today/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_load_state("networkidle")
    until(page, f"await caches.match('/m/today/{order.number}/')")
    until(
        page, "await caches.match('/static/js/job.js') && await caches.match('/static/js/photo.js')"
    )
    page.context.set_offline(True)
    page.goto(product.url(f"/m/today/{order.number}/"))
    expect(page.locator("[data-page]:visible")).to_have_count(1)
    for part in ("go", "arrive"):
        visits.at(page, part)
        visits.press(page)
    visits.at(page, "steps")
    visits.do(page, "steps")
    visits.at(page, "photos")
    visits.take_photos(page)
    expect(page.locator('[data-outbox-state="stored"] .x-shot img')).to_have_count(3)


def test_a_kept_visit_that_did_not_change_is_not_sent_again(product, world, phone):
    me = InstallerFactory(outlet=world.suzhou)
    same, other = (visits.accepted_order(world, me, hours) for hours in (1, 4))
    page = phone(me.user)
    answers: list[tuple[str, int]] = []
    page.on(
        "response",
        lambda answer: (
            answers.append((answer.url.split("/")[-2], answer.status))
            if re.search(r"/m/today/[^/]+/$", answer.url)
            and answer.request.resource_type == "fetch"
            else None
        ),
    )
    page.goto(product.url("/m/today/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    for order in (same, other):
        until(page, f"await caches.match('/m/today/{order.number}/')")
    assert {status for _number, status in answers} == {200}
    answers.clear()
    WorkOrder.objects.filter(pk=other.pk).update(urgent=True)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert sorted(answers) == sorted([(same.number, 304), (other.number, 200)])
    other.refresh_from_db()
    stamp = order_stamp(other)
    found = f"(await (await caches.match('/m/today/{other.number}/')).text())"
    until(page, f"{found}.includes('{stamp}')")


def test_files_of_an_earlier_release_go_once_no_kept_page_names_them(product, world, phone):
    me = InstallerFactory(outlet=world.suzhou)
    order = visits.accepted_order(world, me, 1)
    page = phone(me.user)
    open_visit(page, product, order)
    page.wait_for_load_state("networkidle")
    page.evaluate(
        """async () => {
          const files = await caches.open('kuaqu-files-1');
          const pages = await caches.open('kuaqu-pages-1');
          const now = {headers: {date: new Date().toUTCString()}};
          const put = (path) => files.put(path, new Response('x', now));
          for (const path of [
            '/static/js/gone.000000000001.js', '/static/js/gone.000000000002.js',
            '/static/vendor/part-1.0.0/a.000000000003.js', '/static/vendor/part-1.1.0/a.000000000004.js',
            '/static/js/named.000000000005.js', '/static/js/named.000000000006.js',
            '/orders/examples/999999/',
          ]) await put(path);
          const text = '<script src="/static/js/named.000000000005.js"></script>';
          await pages.put('/m/today/WO-NAMED/', new Response(text, now));
          const worker = await navigator.serviceWorker.ready;
          worker.active.postMessage(['/m/today/']);
        }"""
    )
    until(page, "!(await caches.match('/static/js/gone.000000000001.js'))")
    until(page, "!(await caches.match('/orders/examples/999999/'))")

    def is_kept(path: str) -> bool:
        return bool(page.evaluate(f"caches.match('{path}').then(Boolean)"))

    assert is_kept("/static/js/gone.000000000002.js")
    assert not is_kept("/static/vendor/part-1.0.0/a.000000000003.js")
    assert is_kept("/static/vendor/part-1.1.0/a.000000000004.js")
    # A kept page of the earlier release still has what it names.
    assert is_kept("/static/js/named.000000000005.js")
    assert is_kept("/static/js/job.js")


def test_the_addresses_of_photos_are_given_back_once_they_are_drawn(product, world, phone):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    page.add_init_script(
        """window.kuaquMade = [];
        window.kuaquBack = [];
        const make = URL.createObjectURL;
        const giveBack = URL.revokeObjectURL;
        URL.createObjectURL = (blob) => {
          const address = make.call(URL, blob);
          window.kuaquMade.push(address);
          return address;
        };
        URL.revokeObjectURL = (address) => {
          window.kuaquBack.push(address);
          giveBack.call(URL, address);
        };"""
    )
    page.goto(product.url(f"/m/today/{order.number}/"))
    for part in ("accept", "go", "arrive", "steps"):
        visits.at(page, part)
        visits.do(page, part)
    visits.at(page, "photos")
    visits.take_photos(page)
    assert len(page.evaluate("window.kuaquMade")) >= 6
    until(page, "window.kuaquMade.every((one) => window.kuaquBack.includes(one))")
    expect(page.locator("[data-part=photos] .x-shot img")).to_have_count(3)
    widths = page.eval_on_selector_all(
        "[data-part=photos] .x-shot img", "all => all.map((one) => one.naturalWidth)"
    )
    assert min(widths) > 0
