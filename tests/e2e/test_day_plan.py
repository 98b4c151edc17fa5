"""The day plan and the dispatch policy in a real browser: by keys, with much, with nothing, refused."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from playwright.sync_api import expect

from accounts.models import InstallerSkill, Skill
from common import clock
from dispatch.models import Assignment, PlannedVisit, PlanRun
from network.models import ServiceTerritory
from tests.factories import InstallerFactory
from tests.workorders.world import World, open_order, service_line, shop_order
from workorders.models import WorkOrder

pytestmark = pytest.mark.browser
_numbers = count(1)
NAMES = ("刘海涛", "王建国", "陈志强", "赵敏", "孙立", "周晓东")


@pytest.fixture
def scene(world: World, nobody_else: None) -> World:
    """A territory with six people who can do all of them."""
    ServiceTerritory.objects.get_or_create(outlet=world.suzhou, region=world.hangzhou)
    skill, _made = Skill.objects.get_or_create(code="AC", defaults={"name": "空调"})
    PlanRun.objects.all().delete()
    WorkOrder.objects.filter(meaning="WAITING").update(meaning="CANCELLED", stage="cancelled")
    for n, name in enumerate(NAMES):
        made = InstallerFactory(
            outlet=world.suzhou, home_lon=f"{120.08 + n / 50:.6f}", home_lat="30.28",
            user__display_name=name, max_jobs_per_day=4,
        )  # fmt: skip
        InstallerSkill.objects.create(installer=made, skill=skill, rank=3)
    return world


def orders(world: World, how_many: int) -> list[WorkOrder]:
    return [
        open_order(world, shop_order(service_line(), number=f"PLAN{next(_numbers):05d}"))
        for _n in range(how_many)
    ]


def test_a_day_is_planned_explained_changed_and_published(scene, desk, product, axe):
    made = orders(scene, 20)
    page = desk(scene.dispatcher)
    page.goto(product.url("/dispatch/"))
    page.keyboard.press("p")
    expect(page.locator(".x-empty")).to_be_visible()
    axe(page)
    page.keyboard.press("n")
    expect(page.locator("#plan-progress")).to_be_visible()
    axe(page)
    product.drain()
    expect(page.locator(".x-block").first).to_be_visible()
    axe(page)
    page.locator(".x-block").first.click()
    drawer = page.locator("#x-drawer")
    expect(drawer).to_contain_text(NAMES[0])
    axe(page)
    drawer.locator("form button", has_text="改派").first.click()
    expect(drawer).to_have_count(0)
    expect(page.locator(".x-block").first).to_be_visible()
    assert PlannedVisit.objects.filter(by_hand=True).count() == 1
    page.locator(".x-block").last.click()
    drawer.locator("button", has_text="移出计划").click()
    expect(page.locator("#x-left ~ .x-count")).to_have_text("1")
    expect(page.locator("main")).to_contain_text("已人工移出计划")
    page.keyboard.press("p")
    expect(page.locator("#plan-progress")).to_be_visible()
    product.drain()
    expect(page.locator("#plan-progress")).to_have_count(0)
    axe(page)
    assert Assignment.objects.filter(work_order__in=made, active=True).count() == 19


def test_a_day_that_is_over_is_refused_where_it_was_chosen(scene, desk, product):
    page = desk(scene.dispatcher)
    page.goto(product.url("/dispatch/plans/"))
    page.fill("#id_day", (clock.business_day() - timedelta(days=1)).isoformat())
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("main")).to_contain_text("14 天内")
    assert not PlanRun.objects.exists()


def test_a_policy_is_set_by_slider_and_key_tried_and_published(scene, desk, product, axe):
    page = desk(scene.admin)
    page.goto(product.url("/dispatch/policy/"))
    axe(page)
    page.keyboard.press("2")
    expect(page.locator("#id_earning_bp")).to_have_value("100")
    slide = page.locator('[data-slides="id_usual_fen"]')
    slide.focus()
    page.keyboard.press("Home")
    expect(page.locator("#id_usual_fen")).to_have_value("0")
    page.fill("#id_fen_per_km", "99")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("#id_fen_per_km-error")).to_be_visible()
    axe(page)
    page.fill("#id_fen_per_km", "1.5")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("#policy-working")).to_be_visible()
    axe(page)
    product.drain()
    expect(page.locator("#x-publish")).to_be_visible()
    axe(page)
    page.fill("#id_note", "试用")
    page.locator("main form button.btn-primary").click()
    expect(page.locator("#x-versions")).to_be_visible()
    expect(page.locator("main")).to_contain_text("试用")


@pytest.mark.parametrize("path", ["/dispatch/plans/", "/dispatch/policy/"])
def test_the_pages_fit_a_narrow_screen(scene, phone, product, path):
    page = phone(scene.admin)
    page.goto(product.url(path))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
