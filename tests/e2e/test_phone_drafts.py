"""What an installer typed outlives a reload, and what was not accepted can be found again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import visits
from tests.e2e.test_phone_kept import until
from tests.e2e.test_phone_offline import emptied, open_visit
from tests.workorders.walking import arrive
from tests.workorders.world import open_order, photo, shop_order
from workorders.models import Evidence, MaterialUsed, StepDone

pytestmark = pytest.mark.browser


def on_site(world, number):
    """An order whose visit has begun."""
    return arrive(open_order(world, shop_order(number=number, buyer_ref=number)), world)


def test_what_was_typed_outlives_a_reload_and_is_forgotten_once_it_is_queued(product, world, phone):
    order = on_site(world, "E-draft-1")
    page = phone(world.installer.user)
    open_visit(page, product, order)
    page.locator("#x-help > summary").click()
    page.locator("#help-note").fill("室外机太重")
    page.locator("#help-reason").select_option("lifting")
    box = page.locator("#x-left")
    box.locator("summary").click()
    box.locator("[name=steps][value='2']").check()
    page.reload()
    expect(page.locator("#help-note")).to_have_value("室外机太重")
    expect(page.locator("#help-reason")).to_have_value("lifting")
    expect(box.locator("[name=steps][value='2']")).to_be_checked()
    expect(box.locator("[name=steps][value='3']")).not_to_be_checked()
    page.locator("#x-help > summary").click()
    with page.expect_response("**/ask/"):
        page.locator("#x-help form[data-label] > .btn-primary").click()
    page.goto(product.url(f"/m/today/{order.number}/"))
    expect(page.locator("#help-note")).to_have_value("")


def test_change_after_a_reload_begins_from_what_is_queued(product, world, phone):
    order = on_site(world, "E-draft-2")
    page = phone(world.installer.user)
    open_visit(page, product, order)
    page.context.set_offline(True)
    visits.at(page, "steps")
    visits.tick_steps(page)
    visits.press(page)
    visits.at(page, "photos")
    visits.take_photos(page)
    visits.press(page)
    visits.at(page, "materials")
    used = page.locator("[data-part=materials] input[type=number]").first
    used.fill("5")
    visits.press(page)
    visits.at(page, "signature")
    page.reload()
    visits.at(page, "signature")
    page.locator("[data-back]").click()
    expect(used).to_have_value("5")
    page.locator("[data-redo]:visible").click()
    # The next news of the queue does not close the form again.
    page.evaluate("window.kuaquOutbox.flush()")
    visits.press(page)
    visits.at(page, "signature")
    page.context.set_offline(False)
    page.evaluate("window.kuaquOutbox.flush()")
    page.reload()
    emptied(page)
    assert MaterialUsed.objects.get(work_order=order).quantity_milli == 5000


def test_a_photo_the_server_fails_at_holds_nothing_up_and_leads_back_to_its_place(
    product, world, phone, axe
):
    order = on_site(world, "E-draft-3")
    page = phone(world.installer.user)
    open_visit(page, product, order)
    until(page, "window.kuaquPhoto")
    page.route("**/photos/", lambda route: route.fulfill(status=500))
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(140).read()}
    place = page.locator("[data-part=photos] form[data-photo]").first
    place.locator("input[type=file]").set_input_files(picture)
    expect(page.locator("#x-strip")).to_have_attribute("data-state", "silent")
    page.locator("[data-step] button").first.click()
    expect(page.locator("#x-waiting li")).to_have_count(2)
    page.locator("#x-waiting summary").click()
    axe(page)
    for _each in range(4):
        with page.expect_response("**/news/**"):
            page.evaluate("window.htmx.trigger('#x-news', 'live')")
        page.evaluate("window.kuaquOutbox.flush()")
    listed = page.locator("#x-refused li")
    expect(listed).to_have_count(1)
    expect(listed.locator("img")).to_be_visible()
    axe(page)
    assert StepDone.objects.filter(work_order=order).count() == 1
    assert not Evidence.objects.filter(work_order=order).exists()

    page.goto(product.url("/m/today/"))
    page.locator("#x-refused [data-order]").click()
    visits.at(page, "photos")
    page.unroute_all()
    page.locator("#x-refused [data-retry]").click()
    expect(page.locator("#x-refused")).to_be_hidden()
    emptied(page)
    assert Evidence.objects.get(work_order=order).label
