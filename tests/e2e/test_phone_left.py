"""Steps that cannot be done are left to another order on the phone, without a network too."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import visits
from tests.workorders.world import photo
from workorders.flow import Meaning
from workorders.guards import body_of
from workorders.models import WorkOrder

pytestmark = pytest.mark.browser


def test_a_visit_leaves_its_rest_offline_and_goes_on_without_it(product, world, phone, axe):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    page.goto(product.url("/m/today/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto(product.url(f"/m/today/{order.number}/"))
    for part in ("accept", "go", "arrive"):
        visits.at(page, part)
        visits.press(page)
    visits.at(page, "steps")
    page.locator("[data-step] button").first.click()
    page.context.set_offline(True)
    box = page.locator("#x-left")
    box.locator("summary").click()
    expect(box.locator("[name=steps][value='1']")).to_be_disabled()
    box.locator("[name=reason]").select_option(index=4)
    # What the server would refuse hours later is said at once, and nothing is queued.
    wrong, send = box.locator("[data-wrong]"), box.locator("form > button")
    send.click()
    expect(wrong).to_have_text(wrong.get_attribute("data-nothing"))
    for seq in ("2", "3"):
        box.locator(f"[name=steps][value='{seq}']").check()
    send.click()
    expect(wrong).to_have_text(wrong.get_attribute("data-photo"))
    page.locator("[data-step] button").first.click()
    box.locator("[name=steps][value='1']").evaluate("one => { one.disabled = false; }")
    box.locator("[name=steps][value='1']").check()
    send.click()
    expect(wrong).to_have_text(wrong.get_attribute("data-all"))
    box.locator("[name=steps][value='1']").uncheck()
    page.locator("[data-step] button").first.click()
    expect(box.locator("[data-kept]")).to_be_hidden()
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(120).read()}
    box.locator("[type=file]").set_input_files(picture)
    box.locator("img").wait_for()
    axe(page)
    send.click()
    expect(wrong).to_be_hidden()
    expect(box.locator("[data-kept]")).to_be_visible()
    expect(page.locator("[data-step]:visible")).to_have_count(1)
    assert not order.brings.exists()

    page.reload()
    expect(page.locator("[data-part=steps] [data-lacking]")).to_have_text("")
    visits.press(page)
    visits.at(page, "photos")
    expect(page.locator("[data-wish]:visible")).to_have_count(1)
    page.context.set_offline(False)
    with page.expect_navigation(timeout=20_000):
        page.evaluate("window.kuaquOutbox.flush()")
    made = WorkOrder.objects.get(comes_from=order)
    assert [each.seq for each in body_of(made).steps] == [2, 3]
    visits.at(page, "photos")
    for part in ("photos", "materials", "signature"):
        visits.at(page, part)
        visits.do(page, part)
    visits.at(page, "complete")
    with page.expect_navigation():
        visits.press(page)
    assert WorkOrder.objects.get(pk=order.pk).meaning == Meaning.IN_REVIEW.value
