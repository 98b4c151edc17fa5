"""A photo or a signature that waits for the rest of its form outlives a reload, and leaves with it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import visits
from tests.e2e.test_phone_drafts import on_site
from tests.e2e.test_phone_kept import until
from tests.e2e.test_phone_offline import emptied, open_visit
from tests.workorders.world import photo
from workorders.models import Evidence, Signature, WorkOrder

pytestmark = pytest.mark.browser
PICTURE = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(77).read()}
_KEPT = """() => new Promise(done => {
    const asked = indexedDB.open("kuaqu-held", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("held", {keyPath: "key"});
    asked.onsuccess = () => {
        const all = asked.result.transaction("held").objectStore("held").getAll();
        all.onsuccess = () => { asked.result.close(); done(all.result.map(row => row.key.split("|").pop())); };
    };
})"""


def kept(page, names):
    """Wait until exactly these lie in the store."""
    wanted = sorted(names)
    for _each in range(100):
        if sorted(page.evaluate(_KEPT)) == wanted:
            return
        page.wait_for_timeout(50)
    assert sorted(page.evaluate(_KEPT)) == wanted


def opened(page, product, order):
    open_visit(page, product, order)
    until(page, "window.kuaquHeld && window.kuaquPhoto")
    page.wait_for_load_state("networkidle")


def test_a_photo_of_what_is_left_outlives_a_reload_without_a_network(product, world, phone):
    order = on_site(world, "E-held-1")
    page = phone(world.installer.user)
    opened(page, product, order)
    page.context.set_offline(True)
    box = page.locator("#x-left")
    box.locator("summary").click()
    box.locator("[name=steps][value='2']").check()
    box.locator("select[name=reason]").select_option(index=1)
    box.locator("input[type=file]").set_input_files(PICTURE)
    kept(page, ["photo"])
    page.reload()
    box.locator("summary").click()
    expect(box.locator(".x-shot img")).to_be_visible()
    box.locator("form > .btn").click()
    expect(box.locator("[data-wrong]")).to_be_hidden()
    kept(page, [])
    # Once it is sent the visit is shown anew, without those steps.
    with page.expect_navigation():
        page.context.set_offline(False)
        page.evaluate("void window.kuaquOutbox.flush()")
    until(page, "window.kuaquOutbox")
    emptied(page)
    rest = WorkOrder.objects.exclude(pk=order.pk).order_by("pk").last()
    assert Evidence.objects.filter(work_order__in=[order, rest]).exists()


def test_a_signature_that_was_not_saved_is_drawn_again(product, world, phone):
    order = on_site(world, "E-held-2")
    page = phone(world.installer.user)
    opened(page, product, order)
    for part in ("steps", "photos"):
        visits.at(page, part)
        visits.do(page, part)
    visits.at(page, "materials")
    visits.press(page)
    visits.at(page, "signature")
    visits.draw(page)
    kept(page, ["signature"])
    page.reload()
    visits.at(page, "signature")
    until(page, "window.kuaquHeld && window.SignaturePad")
    page.wait_for_load_state("networkidle")
    drawn = """() => { const area = document.querySelector("canvas:not([hidden])");
        return area.getContext("2d").getImageData(0, 0, area.width, area.height).data.some(Boolean); }"""
    page.wait_for_function(drawn)
    visits.press(page)
    visits.at(page, "complete")
    kept(page, [])
    emptied(page)
    signed = Signature.objects.get(evidence__work_order=order)
    assert len(signed.strokes["lines"][0]) > 5


def test_drawing_anew_and_signing_out_forget_it(product, world, phone):
    order = on_site(world, "E-held-3")
    page = phone(world.installer.user)
    opened(page, product, order)
    for part in ("steps", "photos"):
        visits.at(page, part)
        visits.do(page, part)
    visits.at(page, "materials")
    visits.press(page)
    visits.at(page, "signature")
    visits.draw(page)
    kept(page, ["signature"])
    page.locator("[data-clear]:visible").click()
    kept(page, [])
    visits.draw(page)
    kept(page, ["signature"])
    page.goto(product.url("/me/"))
    with page.expect_navigation():
        page.locator("form[action$='/sign-out/'] button").first.click()
    kept(page, [])
