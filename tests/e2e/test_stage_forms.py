"""A form of a flow is filled in on the phone without a network, and at the desk."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from catalog.models import ProductMapping
from catalog.services.items import publish_item
from common import clock
from tests.e2e import visits
from tests.factories import InstallerFactory
from tests.workorders import walking
from tests.workorders.test_stage_forms import CHECK
from tests.workorders.world import INSTALL_BODY, World, open_order, service_line, shop_order
from workorders.flow.editing import apply_edits
from workorders.flow_versions import presets
from workorders.models import FlowVersion, FormAnswers, WorkOrder

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("FORM_PICTURES", "")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@pytest.fixture
def order(world: World) -> WorkOrder:
    """An order on site whose flow, its own, asks for the check."""
    body = apply_edits(
        presets()["installation"],
        [{"op": "form", "form": CHECK, "stage": "on_site"}],
        {},
    )
    FlowVersion.objects.create(
        key="checked", number=1, name="带检查的安装", body=body, published_at=clock.now()
    )
    item = publish_item(
        body=replace(INSTALL_BODY, code="T-CHK", name="空调安装带检查", flow="checked"),
        industry="家电",
        actor=None,
    ).item
    ProductMapping.objects.create(product_code="SVC-CHK", item=item)
    line = service_line(outer_item_id="SVC-CHK")
    found = open_order(world, shop_order(line, number="E-checked-1", buyer_ref="buyer-checked"))
    me = replace(world, installer=InstallerFactory(outlet=world.suzhou))
    return walking.arrive(found, me)


def test_a_form_is_filled_in_without_a_network_and_the_work_ends_with_it(
    product, world, order, phone, desk, axe
):
    page = phone(order.installer.user)
    page.goto(product.url("/m/today/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto(product.url(f"/m/today/{order.number}/"))
    # What the later pages need comes after the first one stands.
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    for part in ("steps", "photos"):
        visits.at(page, part)
        visits.do(page, part)
    visits.at(page, "materials")
    visits.press(page)
    visits.at(page, "form")
    axe(page)
    picture(page, "phone-empty")
    form = page.locator("[data-part=form]")
    expect(form.get_by_label("型号")).to_have_value("空调安装服务 1.5 匹")
    visits.press(page)
    expect(page.locator("[data-part=form]")).to_be_visible()
    form.get_by_label("合格", exact=True).check()
    form.get_by_label("管长").fill("2.5")
    form.get_by_label("单价").fill("40")
    expect(form.locator("[data-result]")).to_have_text("100")
    visits.take_photos(page)
    picture(page, "phone-filled")
    visits.press(page)
    visits.at(page, "signature")
    visits.do(page, "signature")
    visits.at(page, "complete")
    picture(page, "phone-complete")
    visits.press(page)
    page.context.set_offline(False)
    page.evaluate("window.kuaquOutbox.flush()")
    expect(page.locator("#x-strip")).to_be_hidden(timeout=20_000)
    order.refresh_from_db()
    assert order.stage == "in_review"
    kept = FormAnswers.objects.get(work_order=order)
    assert kept.values["length"] == 2_500
    office = desk(world.dispatcher)
    office.goto(product.url(f"/orders/{order.number}/"))
    expect(office.get_by_text("安装检查").first).to_be_visible()
    picture(office, "desk-order")
    office.goto(product.url("/orders/forms/?q=合格"))
    expect(office.get_by_text("100 元")).to_be_visible()
    axe(office)
    picture(office, "desk-list")
