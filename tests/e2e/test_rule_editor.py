"""The rule editor in a real browser: typing, cells, keys, the example beside it, two editors."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from settlement.models import RuleDraft, RuleSet
from settlement.rulebook.drafts import start_draft
from settlement.services.publishing import PRESETS, read_rules
from tests.factories import UserFactory
from tests.workorders.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def draft(world: World) -> RuleDraft:
    """A draft of the demo contract under a key of its own, so that no order is settled by it."""
    rule_set, _made = RuleSet.objects.get_or_create(
        key="editor", defaults={"name": "编辑器", "industry": "none"}
    )
    RuleDraft.objects.filter(rule_set=rule_set).delete()
    return start_draft(
        rule_set=rule_set, body=read_rules(PRESETS / "home_appliances.toml"), actor=None
    )


def finance(world: World) -> User:
    made: User = UserFactory(role=Role.FINANCE, unit=world.hq)
    return made


def opened(page: Page, product: Any, draft: RuleDraft, part: str) -> Page:
    page.goto(product.url(f"/settlement/rules/drafts/{draft.pk}/?part={part}"))
    expect(page.locator("#x-trial-out")).to_be_visible()
    return page


def saved(page: Page) -> Any:
    """Wait for the answer to a save."""
    return page.expect_response(lambda answer: "/save/" in answer.url or "/parts/" in answer.url)


def test_a_rate_a_row_and_a_place_are_changed_by_keys_and_the_example_shows_each(
    world, desk, product, draft, axe
):
    page = opened(desk(finance(world)), product, draft, "c.URGENT")
    total = page.locator("#x-trial .x-money-big")
    page.select_option("#e-f-urgent", "1")
    expect(page.locator("#x-trial-out")).to_contain_text("加急")
    before = total.inner_text()
    page.locator("#e-rate-bp").fill("50")
    expect(total).not_to_have_text(before)  # while typing, before anything is saved
    with saved(page):
        page.keyboard.press("Tab")
    expect(page.locator("#e-rate-bp")).to_have_value("50%")
    axe(page)

    names = page.locator("[data-sortable] .x-part > a > span")
    place = names.all_inner_texts().index("加急")
    with saved(page):
        page.keyboard.press("Alt+ArrowUp")
    expect(names.nth(place - 1)).to_have_text("加急")

    opened(page, product, draft, "t.tier")
    with saved(page):
        page.locator("button[value='row-add']").click()
    row = page.locator("#x-row-7")
    expect(row).to_be_visible()
    page.locator("#e-c-7-city-level").fill("一线")
    page.locator("#e-o-7-coef-bp").fill("130%")
    page.keyboard.press("Tab")
    typed = page.locator("tr", has=page.locator("input[value='130%']"))
    expect(typed.locator("input[value='一线']")).to_have_count(
        1
    )  # neither of two quick ones is lost
    for place in range(6, -1, -1):
        typed.locator("button[value^='row-up']").click()
        expect(page.locator(f"#x-row-{place} input[value='130%']")).to_have_count(1)
    page.select_option("#e-f-city-level", "T1")
    expect(page.locator("tr.x-row-fired input[value='130%']")).to_have_count(1)
    draft.refresh_from_db()
    first = draft.body["tables"]["tier"]["rows"][0]
    assert (first["when"], first["coef_bp"]) == ({"city_level": "T1"}, 13_000)


def test_a_component_that_is_dragged_onto_another_takes_its_place_in_the_calculation(
    world, desk, product, draft
):
    page = opened(desk(finance(world)), product, draft, "c.URGENT")
    names = page.locator("[data-sortable] .x-part > a > span")
    before = names.all_inner_texts()
    here = before.index("加急")
    parts = page.locator("[data-sortable] .x-part")
    with saved(page):
        parts.nth(here).drag_to(parts.nth(here - 3))
    expect(names.nth(here - 3)).to_have_text("加急")
    expected = [name for name in before if name != "加急"]
    expected.insert(here - 3, "加急")
    expect(names).to_have_text(expected)
    draft.refresh_from_db()
    assert draft.body["components"][here - 3]["code"] == "URGENT"


def test_the_second_of_two_editors_chooses_and_what_was_typed_is_still_there(
    world, desk, product, draft
):
    one = opened(desk(finance(world)), product, draft, "c.NIGHT")
    two = opened(desk(finance(world)), product, draft, "c.NIGHT")
    one.locator("#e-rate-bp").fill("25%")
    with saved(one):
        one.keyboard.press("Tab")
    two.locator("#e-rate-bp").fill("22%")
    with saved(two) as answer:
        two.keyboard.press("Tab")
    assert answer.value.status == 409
    dialog = two.locator("#x-conflict-dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("25%")
    expect(two.locator("#e-rate-bp")).to_have_value("22%")
    dialog.locator(".btn-primary").click()
    expect(two.locator("#x-conflict-dialog")).to_have_count(0)
    draft.refresh_from_db()
    night = next(c for c in draft.body["components"] if c["code"] == "NIGHT")
    assert night["rate_bp"] == 2200
