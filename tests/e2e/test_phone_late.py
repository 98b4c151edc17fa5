"""Offline on a visit that is given to somebody else: what was done comes in when the network does."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e import visits
from tests.e2e.test_phone_offline import open_visit
from workorders.models import Evidence, StepDone, TimelineEvent
from workorders.services.progress import assign_installer

pytestmark = pytest.mark.browser


def test_work_done_before_a_reassignment_comes_in_and_the_moves_do_not(product, world, phone, desk):
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
    assign_installer(
        order_id=order.pk, installer=world.other_installer, actor=world.dispatcher, reason="客户催"
    )
    page.context.set_offline(False)
    page.evaluate("window.kuaquOutbox.flush()")
    # Accepting, setting out and arriving are no longer theirs to say.
    expect(page.locator("#x-refused li")).to_have_count(3, timeout=20_000)
    expect(page.locator("#x-refused [data-reason]").first).to_contain_text("客户催")
    order.refresh_from_db()
    assert (order.stage, order.installer) == ("assigned", world.other_installer)
    steps = StepDone.objects.filter(work_order=order)
    assert {step.installer for step in steps} == {world.installer}
    assert steps.count() == 3
    assert Evidence.objects.filter(work_order=order, kind="photo").count() == 3
    assert TimelineEvent.objects.filter(work_order=order, code="late_work").count() == 1
    office = desk(world.dispatcher)
    office.goto(product.url(f"/orders/{order.number}/"))
    expect(office.locator(".x-photos")).to_contain_text("改派前")
