"""Offline on a visit that is given to somebody else: what was done comes in when the network does."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import expect

from tests.e2e import visits
from tests.e2e.test_phone_offline import open_visit
from workorders.models import CheckIn, Evidence, LateEntry, StepDone, TimelineEvent
from workorders.services.progress import assign_installer

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("LATE_PICTURES", "")


def test_work_done_before_a_reassignment_comes_in_and_the_moves_do_not(
    product, world, phone, desk, axe
):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    open_visit(page, product, order)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    visits.press(page)
    for part in ("go", "arrive"):
        visits.at(page, part)
        visits.press(page)
    visits.at(page, "steps")
    visits.do(page, "steps")
    visits.at(page, "photos")
    visits.take_photos(page)
    visits.press(page)
    visits.at(page, "materials")
    visits.press(page)
    visits.at(page, "signature")
    visits.draw(page)
    visits.press(page)
    visits.at(page, "complete")
    assign_installer(
        order_id=order.pk, installer=world.other_installer, actor=world.dispatcher, reason="客户催"
    )
    page.context.set_offline(False)
    page.evaluate("window.kuaquOutbox.flush()")
    # Accepting and setting out are no longer theirs to say; having arrived is evidence.
    expect(page.locator("#x-refused li")).to_have_count(2, timeout=20_000)
    expect(page.locator("#x-toasts")).to_contain_text("仅作为凭证保留", timeout=20_000)
    expect(page.locator("#x-waiting-list li")).to_have_count(0, timeout=20_000)
    expect(page.locator("#x-refused [data-reason]").first).to_contain_text("客户催")
    order.refresh_from_db()
    assert (order.stage, order.installer) == ("assigned", world.other_installer)
    steps = StepDone.objects.filter(work_order=order)
    assert {step.installer for step in steps} == {world.installer}
    assert steps.count() == 3
    assert Evidence.objects.filter(work_order=order, kind="photo").count() == 3
    assert TimelineEvent.objects.filter(work_order=order, code="late_work").count() == 1
    kept = LateEntry.objects.filter(work_order=order).order_by("pk")
    assert [each.kind for each in kept] == ["check_in", "signature"]
    assert not CheckIn.objects.filter(work_order=order).exists()
    assert not Evidence.objects.filter(work_order=order, kind="signature").exists()
    page.goto(product.url("/m/today/"))
    told = page.locator(".x-told", has_text=order.number[-4:])
    expect(told).to_contain_text("2 条记录仅作为凭证保留")
    axe(page)
    office = desk(world.dispatcher)
    office.goto(product.url(f"/orders/{order.number}/"))
    expect(office.locator("#order-photos")).to_contain_text("改派前")
    late = office.locator("#order-late")
    for entry in late.locator("summary").all():
        entry.click()
    expect(late.locator("img")).to_have_count(1)
    expect(late).to_contain_text("王芳")
    axe(office)
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/late-phone.png")
        late.scroll_into_view_if_needed()
        office.screenshot(path=f"{PICTURES}/late-office.png")
