"""A whole visit survives a dead network, a reload, a failing server and an expired sign-in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from common import clock
from tests.e2e import visits
from tests.workorders import walking
from tests.workorders.world import open_order, photo, shop_order
from workorders.flow import Meaning
from workorders.models import (
    CheckIn,
    Evidence,
    MaterialUsed,
    Signature,
    StepDone,
    TimelineEvent,
    WorkOrder,
)

pytestmark = pytest.mark.browser


def moves(order: WorkOrder) -> list[str]:
    """The moves of the flow an order took by an installer, in order."""
    taken = TimelineEvent.objects.filter(work_order=order, code="moved", params__via="phone")
    return [str(event.params["key"]) for event in taken.order_by("pk")]


def keys_of(page: Page) -> list[str]:
    """Collects the keys of posts the server said yes to."""
    accepted: list[str] = []
    page.on(
        "response",
        lambda answer: (
            accepted.append(answer.headers["x-idempotency-key"])
            if "x-idempotency-key" in answer.headers
            else None
        ),
    )
    return accepted


def emptied(page: Page) -> None:
    """Let the queue send what it holds and wait until the strip is gone."""
    page.evaluate("window.kuaquOutbox.flush()")
    expect(page.locator("#x-strip")).to_be_hidden(timeout=20_000)


def open_visit(page: Page, product, order: WorkOrder) -> None:
    """Open the visit, with the worker that keeps its page in place."""
    page.goto(product.url("/m/today/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.goto(product.url(f"/m/today/{order.number}/"))
    expect(page.locator("[data-page]:visible")).to_have_count(1)


def age_queue(page, *, hours):
    """Let what waits in the queue have been done some hours ago."""
    page.evaluate(
        """(ago) => new Promise((resolve) => {
          indexedDB.open("kuaqu", 1).onsuccess = (event) => {
            const done = event.target.result.transaction("entries", "readwrite");
            done.objectStore("entries").openCursor().onsuccess = (found) => {
              const cursor = found.target.result;
              if (!cursor) return;
              cursor.update({ ...cursor.value, at: cursor.value.at - ago });
              cursor.continue();
            };
            done.oncomplete = () => resolve(null);
          };
        })""",
        hours * 3_600_000,
    )


def test_a_visit_worked_without_a_network_arrives_once_and_in_order(product, world, phone):
    with clock.moved_to(clock.now() - timedelta(hours=5)):
        order = visits.fresh_order(world)
    page = phone(world.installer.user)
    accepted = keys_of(page)
    open_visit(page, product, order)
    page.context.set_offline(True)
    visits.press(page)
    for part in ("go", "arrive"):
        visits.at(page, part)
        visits.press(page)
    visits.at(page, "steps")
    visits.tick_steps(page)
    visits.press(page)
    visits.at(page, "photos")
    visits.take_photos(page)

    page.reload()
    visits.at(page, "photos")
    expect(page.locator('[data-outbox-state="stored"] .x-shot img')).to_have_count(3)
    expect(page.locator("#x-strip")).to_have_attribute("data-state", "offline")

    visits.press(page)
    visits.at(page, "materials")
    visits.press(page)
    visits.at(page, "signature")
    visits.draw(page)
    visits.press(page)
    visits.at(page, "complete")
    visits.press(page)
    expect(page.locator("[data-after-offline]")).to_be_visible()
    assert WorkOrder.objects.get(pk=order.pk).completed_at is None

    age_queue(page, hours=3)
    page.route(re.compile("/photos/"), lambda route: route.fulfill(status=503))
    page.context.set_offline(False)
    with page.expect_response(lambda answer: answer.status == 503):
        page.evaluate("window.kuaquOutbox.flush()")
    assert Evidence.objects.filter(work_order=order).count() == 0
    page.unroute_all()
    with page.expect_navigation(timeout=20_000):
        page.evaluate("window.kuaquOutbox.flush()")

    done = WorkOrder.objects.get(pk=order.pk)
    assert done.meaning == Meaning.IN_REVIEW.value
    ago = clock.now() - done.completed_at
    assert timedelta(hours=3) <= ago < timedelta(hours=3, minutes=5)
    assert done.started_at <= done.completed_at
    arrived = CheckIn.objects.get(work_order=order)
    assert arrived.received_at - arrived.at >= timedelta(hours=3)
    assert not TimelineEvent.objects.filter(work_order=order, kind="alert").exists()
    assert moves(order) == ["accept", "set_out", "arrive", "complete"]
    assert StepDone.objects.filter(work_order=order).count() == 3
    assert Evidence.objects.filter(work_order=order, kind="photo").count() == 3
    signed = Signature.objects.get(evidence__work_order=order)
    assert (signed.name, signed.relation) == ("王芳", "self")
    assert signed.strokes["lines"]
    assert MaterialUsed.objects.get(work_order=order).quantity_milli == 3000
    assert len(accepted) == len(set(accepted))


def test_after_the_sign_in_ran_out_the_queue_goes_on_as_the_same_person(product, world, phone):
    order = visits.fresh_order(world)
    me = world.installer.user
    me.set_password("visit-password-1")
    me.save()
    page = phone(me)
    open_visit(page, product, order)
    page.context.clear_cookies()
    visits.press(page)
    visits.at(page, "go")
    visits.press(page)
    strip = page.locator("#x-strip")
    expect(strip).to_have_attribute("data-state", "sign-in")
    assert moves(order) == []

    strip.locator("[data-to-sign-in]").click()
    page.locator("[name=username]").fill(me.username)
    page.locator("[name=password]").fill("visit-password-1")
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(re.compile(f"/m/today/{order.number}/"))
    emptied(page)
    assert moves(order) == ["accept", "set_out"]


def test_what_was_taken_away_is_listed_as_not_accepted_with_the_reason(product, world, phone):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    open_visit(page, product, order)
    page.context.set_offline(True)
    visits.press(page)
    visits.end_by_shop(order)
    page.context.set_offline(False)
    page.evaluate("window.kuaquOutbox.flush()")
    expect(page.locator("#x-refused [data-reason]")).to_contain_text(visits.REFUND)
    page.goto(product.url("/m/today/"))
    expect(page.locator(".x-told").first).to_contain_text(visits.REFUND)
    expect(page.locator("#x-refused li")).to_have_count(1)


def test_a_completion_that_was_refused_is_not_shown_as_done(product, world, phone):
    facts = shop_order(number="E-visit-refused", buyer_ref="buyer-refused")
    order = walking.arrive(open_order(world, facts), world)
    page = phone(world.installer.user)
    page.goto(product.url(f"/m/today/{order.number}/"))
    last = page.locator("[data-part=complete]").get_attribute("data-page")
    page.goto(product.url(f"/m/today/{order.number}/?again=1#p{last}"))
    visits.at(page, "complete")
    visits.press(page)
    expect(page.locator("#x-refused [data-reason]")).to_be_visible()
    expect(page.locator("[data-after]")).to_be_hidden()
    expect(page.locator(".x-action-bar:visible .btn-primary:visible")).to_have_count(1)


def test_who_arrives_far_off_without_a_network_is_asked_for_photo_and_reason_and_goes_on(
    product, world, phone
):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 31.2304, "longitude": 121.4737, "accuracy": 20})
    open_visit(page, product, order)
    visits.press(page)
    visits.at(page, "go")
    visits.press(page)
    page.context.set_offline(True)
    visits.at(page, "arrive")
    far = page.locator("[data-part=arrive] [data-far]")
    visits.press(page)
    expect(far).to_contain_text("km")
    visits.press(page)
    expect(far.locator("[data-far-missing]")).to_be_visible()
    far.locator("input[type=file]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(77).read()}
    )
    far.locator("[name=reason]").fill("小区入口在别处")
    visits.press(page)
    visits.at(page, "steps")
    page.context.set_offline(False)
    emptied(page)
    arrived = CheckIn.objects.get(work_order=order)
    assert (arrived.is_far, arrived.reason) == (True, "小区入口在别处")
    assert arrived.photo is not None
    assert (arrived.photo.kind, arrived.photo.place_source) == ("arrival", "phone")


def test_who_gives_neither_photo_nor_reason_is_let_in_too(product, world, phone):
    order = visits.fresh_order(world)
    page = phone(world.installer.user)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 31.2304, "longitude": 121.4737, "accuracy": 20})
    open_visit(page, product, order)
    for part in ("go", "arrive"):
        visits.press(page)
        visits.at(page, part)
    visits.press(page)
    page.locator("[data-anyway]:visible").click()
    visits.at(page, "steps")
    emptied(page)
    assert TimelineEvent.objects.filter(work_order=order, code="check_in_bare").exists()
