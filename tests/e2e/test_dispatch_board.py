"""The dispatcher's board and the grab pool in a real browser: keys, polls, a lost race."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import Installer, InstallerSkill, Skill
from dispatch.models import Assignment, JobOffer
from dispatch.services.assigning import assign
from network.models import ServiceTerritory
from tests.factories import InstallerFactory
from tests.workorders.world import World, open_order, service_line, shop_order
from workorders.models import WorkOrder

pytestmark = pytest.mark.browser
_numbers = count(1)


@pytest.fixture
def scene(world: World, nobody_else: None) -> World:
    """A territory with nothing waiting and nobody at work but whom a test brings."""
    ServiceTerritory.objects.get_or_create(outlet=world.suzhou, region=world.hangzhou)
    Skill.objects.get_or_create(code="AC", defaults={"name": "空调"})
    WorkOrder.objects.filter(meaning="WAITING").update(meaning="CANCELLED", stage="cancelled")
    return world


def person(world: World, name: str) -> Installer:
    made = InstallerFactory(
        outlet=world.suzhou, home_lon="120.13", home_lat="30.28", user__display_name=name
    )
    InstallerSkill.objects.create(installer=made, skill=Skill.objects.get(code="AC"), rank=3)
    return made


def order(world: World) -> WorkOrder:
    return open_order(world, shop_order(service_line(), number=f"BOARD{next(_numbers):05d}"))


def board(desk: Any, product: Any, world: World) -> Any:
    page = desk(world.dispatcher)
    page.goto(product.url("/dispatch/"))
    return page


def test_one_key_sends_the_recommended_installer_and_the_next_order_is_chosen(
    scene, desk, product, axe
):
    installer, first, second = person(scene, "刘海涛"), order(scene), order(scene)
    page = board(desk, product, scene)
    expect(page.locator("#x-chosen")).to_have_attribute("data-order", first.number)
    axe(page)
    page.keyboard.press("1")
    expect(page.locator("#x-chosen")).to_have_attribute("data-order", second.number)
    expect(page.locator(f"#x-job-{first.number}")).to_have_count(0)
    assert Assignment.objects.get(work_order=first, active=True).installer == installer


def test_j_chooses_the_next_order_and_g_g_puts_it_into_the_grab_pool(scene, desk, product):
    person(scene, "周鹏")
    order(scene)
    second = order(scene)
    page = board(desk, product, scene)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#x-chosen")).to_have_attribute("data-order", second.number)
    expect(page.locator(f"#x-job-{second.number}")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("g")
    page.keyboard.press("g")
    expect(page.locator(f"#x-job-{second.number} .x-tag-brand")).to_be_visible()
    assert JobOffer.objects.filter(work_order=second, state="open").exists()


def test_a_lost_race_names_the_faster_one_and_keeps_the_order_chosen(scene, desk, product):
    quick, wanted = person(scene, "王建国"), order(scene)
    person(scene, "何永明")
    page = board(desk, product, scene)
    expect(page.locator("#x-chosen")).to_have_attribute("data-order", wanted.number)
    assign(order_id=wanted.pk, installer_id=quick.pk, actor=scene.admin)
    page.keyboard.press("2")
    expect(page.locator(".x-toast-bad")).to_contain_text("王建国")
    expect(page.locator("#x-chosen")).to_have_attribute("data-order", wanted.number)
    expect(page.locator("#x-reason")).to_be_visible()


def test_a_new_order_appears_without_a_reload(scene, desk, product):
    person(scene, "徐亮")
    page = board(desk, product, scene)
    expect(page.locator("#x-pool .x-empty")).to_be_visible()
    fresh = order(scene)
    expect(page.locator(f"#x-job-{fresh.number}")).to_be_visible(timeout=15_000)


def test_a_job_is_claimed_on_the_phone(scene, desk, phone, product, axe):
    installer, wanted = person(scene, "孙伟"), order(scene)
    page = board(desk, product, scene)
    page.keyboard.press("g")
    page.keyboard.press("g")
    expect(page.locator("#x-offer-form form[hx-post$='withdraw/']")).to_be_visible()
    hand = phone(installer.user)
    hand.goto(product.url("/m/pool/"))
    axe(hand)
    hand.locator(".x-offer button").click()
    expect(hand.locator(".x-next")).to_be_visible()
    assert Assignment.objects.get(work_order=wanted, active=True).way == "claimed"
