"""The flow designer in a real browser: the whole way by keys alone, dragging, and two editors."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from tests.factories import UserFactory
from tests.workorders.flow_pages import library_draft
from tests.workorders.world import World
from workorders.models import FlowDraft, FlowVersion

pytestmark = pytest.mark.browser
RECIPE = "bathroom_leak_repair"


def admin(world: World) -> User:
    made: User = UserFactory(role=Role.HQ_ADMIN, unit=world.hq)
    for role in (Role.FINANCE, Role.REGION_MANAGER, Role.OUTLET_MANAGER):
        UserFactory(role=role, unit=world.hq)
    return made


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page, selector: str, key: str = "Tab", most: int = 400) -> None:
    """Press a key until the element has the focus, as somebody without a mouse does."""
    for _press in range(most):
        if page.evaluate(
            "s => !!document.activeElement && document.activeElement.matches(s)", selector
        ):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached by {key}")


def names(page: Page) -> Any:
    return page.locator("#x-stage-list .x-part > a > span")


def test_a_flow_is_copied_changed_and_published_by_keys_alone(world, desk, product, axe):
    FlowDraft.objects.all().delete()
    page = desk(admin(world))
    page.goto(product.url("/orders/flows/"))
    axe(page)
    focused(page, "a[href$='/flows/library/']")
    press(page, "Enter")
    page.wait_for_url("**/flows/library/")
    axe(page)
    page.goto(product.url(f"/orders/flows/library/{RECIPE}/"))
    axe(page)
    focused(page, "#id_name")
    press(page, "Control+a")
    page.keyboard.type("漏水快修")
    press(page, "Enter")
    page.wait_for_url("**/flows/drafts/**")
    axe(page)
    focused(page, "#x-open-diagnosis")
    press(page, "Enter")
    expect(page.locator("#x-panel-form")).to_be_visible()
    axe(page)
    before = names(page).all_inner_texts()
    focused(page, "#x-put-in", key="Tab")
    press(page, "Enter")
    expect(page.locator("#x-block-q")).to_be_visible()
    axe(page)
    focused(page, "#x-block-q")
    page.keyboard.type("照片")
    focused(page, ".x-block")
    press(page, "Enter")
    expect(names(page)).to_have_count(len(before) + 1)
    expect(page.locator("#x-palette")).not_to_be_visible()
    focused(page, "#id_name")
    press(page, "Control+a")
    page.keyboard.type("加拍漏点")
    press(page, "Enter")
    expect(names(page).filter(has_text="加拍漏点")).to_have_count(1)
    focused(page, "a[href*='part=way.']")
    press(page, "Enter")
    expect(page.locator("#id_approvals")).to_be_visible()
    axe(page)
    press(page, "Escape")
    page.locator("body").press("p")
    page.wait_for_url("**/publish/")
    axe(page)
    for box in page.locator("input[name=warning]").all():
        box.press("Space")
    focused(page, "#x-publish-now")
    press(page, "Enter")
    page.wait_for_url("**/flows/versions/**")
    axe(page)
    version = FlowVersion.objects.latest("pk")
    assert (version.name, version.number) == ("漏水快修", 1)
    assert "加拍漏点" in [stage["name"] for stage in version.body["stages"]]


def test_a_stage_moves_by_drag_by_alt_and_arrow_and_back_by_undo(world, desk, product):
    FlowDraft.objects.all().delete()
    user = admin(world)
    draft = library_draft(user, recipe=RECIPE)
    page = desk(user)
    page.goto(product.url(f"/orders/flows/drafts/{draft.pk}/?part=stage.expert"))
    order = names(page).all_inner_texts()
    here = next(n for n, s in enumerate(draft.body["stages"]) if s["key"] == "expert")
    with page.expect_response(lambda answer: "/edit/" in answer.url):
        page.keyboard.press("Alt+ArrowUp")
    expect(names(page).nth(here - 1)).to_have_text(order[here])
    with page.expect_response(lambda answer: "/undo/" in answer.url):
        page.locator("#x-undo").click()
    expect(names(page)).to_have_text(order)
    grip = page.locator("#x-stage-expert .x-grip").bounding_box()
    goal = page.locator("#x-stage-list .x-part").nth(here - 1).bounding_box()
    assert grip
    assert goal
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    with page.expect_response(lambda answer: "/edit/" in answer.url):
        for part in range(1, 11):
            y = grip["y"] + 8 + (goal["y"] + 4 - grip["y"] - 8) * part / 10
            page.mouse.move(grip["x"] + 8, y, steps=2)
        page.mouse.up()
    expect(names(page).nth(here - 1)).to_have_text(order[here])
    draft.refresh_from_db()
    assert draft.body["stages"][here - 1]["key"] == "expert"


def test_the_graph_shows_the_flow_and_opens_the_stage_that_is_pressed(world, desk, product, axe):
    FlowDraft.objects.all().delete()
    user = admin(world)
    draft = library_draft(user, recipe=RECIPE)
    page = desk(user)
    page.goto(product.url(f"/orders/flows/drafts/{draft.pk}/?view=graph"))
    nodes = page.locator("#x-graph .lf-node")
    expect(nodes).to_have_count(len(draft.body["stages"]))
    name = draft.body["stages"][2]["name"]
    nodes.filter(has_text=name).first.click()
    expect(page.locator("#id_name")).to_have_value(name)
    expect(nodes).to_have_count(len(draft.body["stages"]))
    axe(page)


def test_the_graph_is_zoomed_and_moved_by_buttons_and_by_keys(world, desk, product, axe):
    FlowDraft.objects.all().delete()
    user = admin(world)
    draft = library_draft(user, recipe=RECIPE)
    page = desk(user)
    page.goto(product.url(f"/orders/flows/drafts/{draft.pk}/?view=graph"))
    node = page.locator("#x-graph .lf-node").first

    def box() -> Any:
        page.wait_for_function("() => !document.querySelector('.htmx-request')")
        return node.bounding_box()

    whole = box()
    page.get_by_role("button", name="放大").click()
    larger = box()
    assert larger["width"] > whole["width"]
    press(page, "Shift+ArrowRight")
    assert box()["x"] == pytest.approx(larger["x"] - 60, abs=2)
    press(page, "-")
    assert box()["width"] == pytest.approx(whole["width"], abs=2)
    press(page, "0")
    assert box() == pytest.approx(whole, abs=2)
    axe(page)


def test_a_stage_dropped_before_the_first_stays_and_says_why(world, desk, product):
    FlowDraft.objects.all().delete()
    user = admin(world)
    draft = library_draft(user, recipe=RECIPE)
    page = desk(user)
    page.goto(product.url(f"/orders/flows/drafts/{draft.pk}/"))
    order = names(page).all_inner_texts()
    grip = page.locator("#x-stage-list .x-part").nth(3).locator(".x-grip").bounding_box()
    goal = page.locator("#x-stage-list .x-part").first.bounding_box()
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    for part in range(1, 11):
        y = grip["y"] + 8 + (goal["y"] + 2 - grip["y"] - 8) * part / 10
        page.mouse.move(grip["x"] + 8, y, steps=2)
    page.mouse.up()
    expect(page.locator("#x-toasts")).to_contain_text("不能放在它前面")
    expect(names(page)).to_have_text(order)


def test_a_forms_fields_are_built_by_keys_and_by_drag(world, desk, product, axe):
    FlowDraft.objects.all().delete()
    user = admin(world)
    draft = library_draft(user, recipe=RECIPE)
    page = desk(user)
    page.goto(product.url(f"/orders/flows/drafts/{draft.pk}/?part=form.%2B:diagnosis"))
    rows = page.locator("[data-field-row]")
    page.locator("#id_name").fill("查漏记录")
    for number, (kind, label) in enumerate([("number", "水压"), ("photo", "漏点")]):
        page.locator(f"button[value='add:{kind}']").press("Enter")
        expect(rows).to_have_count(number + 1)
        page.locator(f"#id_field-{number}-label").fill(label)
    axe(page)
    with page.expect_response(lambda answer: "/save/" in answer.url):
        page.locator("#id_field-1-label").press("Alt+ArrowUp")
    expect(page.locator("#id_field-0-label")).to_have_value("漏点")
    expect(page.locator("#id_field-0-label")).to_be_focused()
    expect(page.locator("#id_field-1-label")).to_have_value("水压")
    expect(page.locator(".x-phone-field").first).to_contain_text("漏点")
    grip = rows.nth(1).locator(".x-grip").bounding_box()
    goal = rows.nth(0).bounding_box()
    assert grip
    assert goal
    page.mouse.move(grip["x"] + 6, grip["y"] + 6)
    page.mouse.down()
    with page.expect_response(lambda answer: "/save/" in answer.url):
        for part in range(1, 11):
            page.mouse.move(grip["x"] + 6, grip["y"] + 6 + (goal["y"] - grip["y"]) * part / 10)
        page.mouse.up()
    expect(page.locator("#id_field-0-label")).to_have_value("水压")
    page.locator("#x-save").click()
    expect(page.locator("#x-stage-form")).to_be_visible()
    draft.refresh_from_db()
    form = next(form for form in draft.body["forms"] if form["name"] == "查漏记录")
    assert [field["label"] for field in form["fields"]] == ["水压", "漏点"]
