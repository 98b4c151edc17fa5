"""Where an answer or a price decides how a visit goes on, the phone decides without a network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import visits
from tests.e2e.test_phone_offline import moves, open_visit
from tests.workorders.own_flows import another, edited, publish
from tests.workorders.test_visit_runs import SWAPS
from tests.workorders.walking import arrive
from workorders.models import FormAnswers

pytestmark = pytest.mark.browser


@pytest.fixture
def deciding_flow(world) -> Iterator[None]:
    """On site a question is asked whose answer leads to the end, or to one more stage."""
    publish(edited(*SWAPS))
    yield
    publish(edited())


def cut_off(page: Page, product, order) -> None:
    open_visit(page, product, order)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)


def work(page: Page, needs: str) -> None:
    """Everything up to the signature, with this answer to what is needed."""
    visits.at(page, "steps")
    visits.do(page, "steps")
    visits.at(page, "photos")
    visits.do(page, "photos")
    visits.at(page, "materials")
    visits.press(page)
    visits.at(page, "form")
    page.locator("[data-part=form]").locator(f"[value={needs}]").check()
    visits.press(page)
    visits.at(page, "signature")
    visits.do(page, "signature")


def online(page: Page) -> None:
    page.context.set_offline(False)
    page.evaluate("window.kuaquOutbox.flush()")


@pytest.mark.usefixtures("deciding_flow")
@pytest.mark.parametrize(
    ("needs", "taken"),
    [("none", ["complete"]), ("part", ["complete", "complete"])],
)
def test_an_answer_given_without_a_network_leads_to_the_end_of_the_job(
    product, world, phone, axe, needs, taken
):
    order = arrive(another(world), world)
    before = moves(order)
    page = phone(world.installer.user)
    cut_off(page, product, order)
    work(page, needs)
    if needs == "part":
        visits.at(page, "move")
        expect(page.locator(".x-action-bar:visible .btn-primary:visible")).to_have_text("完工")
        axe(page)
        # The way that was chosen outlives the page.
        page.reload()
        visits.at(page, "move")
        visits.press(page)
    visits.at(page, "complete")
    expect(page.locator("[data-where]")).to_have_text("10/10" if needs == "part" else "9/9")
    visits.press(page)
    expect(page.locator("[data-after-offline]:visible")).to_have_count(1)
    with page.expect_navigation(timeout=20_000):
        online(page)
    order.refresh_from_db()
    assert order.stage == "in_review"
    assert len(moves(order)) - len(before) == len(taken)
    assert FormAnswers.objects.get(work_order=order).values["needs"] == needs


@pytest.mark.usefixtures("deciding_flow")
def test_before_the_answer_the_way_is_open_and_a_changed_answer_changes_it(product, world, phone):
    order = arrive(another(world), world)
    page = phone(world.installer.user)
    cut_off(page, product, order)
    work(page, "part")
    visits.at(page, "move")
    for _ in range(2):
        page.locator("[data-back]").click()
    visits.at(page, "form")
    page.locator("[data-redo]:visible").click()
    page.locator("[data-part=form]").locator("[value=none]").check()
    visits.press(page)
    visits.at(page, "signature")
    visits.press(page)
    visits.at(page, "complete")


@pytest.mark.usefixtures("deciding_flow")
def test_where_the_server_judges_otherwise_the_reason_is_said(product, world, phone):
    """The answer that led the phone while it was cut off is not accepted."""
    order = arrive(another(world), world)
    page = phone(world.installer.user)
    cut_off(page, product, order)
    work(page, "part")
    visits.at(page, "move")
    visits.press(page)
    visits.at(page, "complete")
    visits.press(page)
    page.route(
        "**/forms/look/",
        lambda route: route.fulfill(
            status=422,
            content_type="application/json",
            body='{"error": {"code": "form.invalid", "message": "没有被接受"}}',
        ),
    )
    online(page)
    expect(page.locator("#x-refused li")).to_have_count(3, timeout=20_000)
    expect(page.locator("#x-refused")).to_contain_text("按手机上的回答")
