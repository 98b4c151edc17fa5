"""A customer books on the page of a link, at the size of a phone; the desk on the same calendar."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import InstallerSkill, Skill
from accounts.roles import Role
from dispatch.appointments.links import booking_token
from dispatch.models import CapacityLimit
from network.models import ServiceTerritory
from tests.factories import InstallerFactory, UserFactory
from tests.workorders.world import open_order, service_line, shop_order

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("ROSTER_PICTURES", "")
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


def shoot(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_a_customer_books_and_cancels_and_the_desk_sees_it(
    world, nobody_else, phone, desk, product, axe
):
    ServiceTerritory.objects.get_or_create(outlet=world.suzhou, region=world.hangzhou)
    Skill.objects.get_or_create(code="AC", defaults={"name": "空调"})
    order = open_order(world, shop_order(service_line(), number="BOOK00001"))
    page = phone(None)
    page.goto(product.url(f"/book/{booking_token(order)}/"))
    expect(page.locator("main")).to_contain_text("约满")
    axe(page)
    shoot(page, "booking-none")
    made = InstallerFactory(outlet=world.suzhou, home_lon="120.13", home_lat="30.28")
    InstallerSkill.objects.create(installer=made, skill=Skill.objects.get(code="AC"), rank=3)
    page.goto(product.url(f"/book/{booking_token(order)}/?week=1"))
    axe(page)
    shoot(page, "booking-much")
    assert not page.evaluate(TOO_WIDE)
    page.locator(".x-slot-key").first.click()
    expect(page.locator(".x-held")).to_be_visible()
    axe(page)
    shoot(page, "booking-held")
    page.get_by_role("button", name="确认预约").click()
    expect(page.get_by_role("button", name="取消预约")).to_be_visible()
    boss = UserFactory(role=Role.OUTLET_MANAGER, unit=world.east)
    CapacityLimit.objects.create(unit=world.suzhou, part="am", most=8, reserve=2)
    office = desk(boss)
    for path, name in (
        (f"/dispatch/appointments/{order.number}/", "booking-desk"),
        ("/dispatch/appointments/", "to-book"),
        ("/dispatch/appointments/limits/", "capacity"),
    ):
        office.goto(product.url(path))
        axe(office)
        shoot(office, name)
    page.get_by_role("button", name="取消预约").click()
    expect(page.get_by_role("button", name="取消预约")).to_have_count(0)
