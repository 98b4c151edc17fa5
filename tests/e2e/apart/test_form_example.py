"""An example picture goes from the builder to the phone, and is there without a network."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.test_phone_kept import until
from tests.e2e.test_phone_offline import open_visit
from tests.workorders.own_flows import another, edited, publish
from tests.workorders.test_looks import saved, scene
from tests.workorders.walking import arrive
from workorders.services.flow_drafts import draft_from_version

pytestmark = pytest.mark.browser
CHECK = {
    "key": "look",
    "name": "安装检查",
    "fields": [{"key": "plate", "label": "铭牌", "kind": "photo", "count": 2}],
}


def test_an_example_given_in_the_builder_stands_beside_the_camera(product, world, desk, phone, axe):
    first = publish(edited({"op": "form", "form": CHECK, "stage": "on_site"}))
    draft = draft_from_version(version=first, actor=world.admin)
    office = desk(world.admin)
    office.goto(product.url(f"/orders/flows/drafts/{draft.pk}/?part=form.look"))
    example = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": saved(scene(7)).read()}
    office.locator("[name=field-0-upload]").set_input_files(example)
    with office.expect_response("**/save/"):
        office.locator("#x-save").click()
    office.goto(product.url(f"/orders/flows/drafts/{draft.pk}/?part=form.look"))
    expect(office.locator("#x-panel img.x-example")).to_have_count(2)
    axe(office)
    draft.refresh_from_db()
    publish(draft.body)

    order = arrive(another(world), world)
    page = phone(world.installer.user)
    open_visit(page, product, order)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    shown = page.locator("[data-example]")
    address = shown.get_attribute("src")
    until(page, f"await caches.match('{address}')")
    page.context.set_offline(True)
    page.reload()
    place = page.locator("[data-part=form]").get_attribute("data-page")
    page.evaluate(f"window.location.hash = '#p{place}'")
    expect(shown).to_be_visible()
    expect(page.locator("[data-example]").first).to_have_js_property("naturalWidth", 480)
    axe(page)
