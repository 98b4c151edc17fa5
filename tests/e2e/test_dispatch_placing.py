"""A visit is put at a time on the board by hand: dragged, by keys alone, over the week, and back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from common import clock
from dispatch.models import Assignment
from tests.e2e.test_dispatch_board import board, order, person, scene
from workorders.models import WorkOrder

pytestmark = pytest.mark.browser
__all__ = ["scene"]


def tomorrow(hour: int) -> datetime:
    day = clock.business_day() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.CHINA)


def at(page: Any, product: Any, query: str = "") -> None:
    """Open the board on tomorrow: the whole day lies ahead, whatever the hour is now."""
    page.goto(product.url(f"/dispatch/?day={tomorrow(9):%Y-%m-%d}{query}"))


def booked(wanted: WorkOrder) -> tuple[str, str]:
    found = Assignment.objects.get(work_order=wanted, active=True)
    return found.installer.user.display_name, f"{clock.china(found.span.lower):%H:%M}"


def drag(page: Any, source: str, target: str, hour: float) -> None:
    """Drag to where an hour of the lane begins; hours from 8 to 20 fill its width."""
    page.locator(source).hover(position={"x": 4, "y": 10})
    page.mouse.down()
    box = page.locator(target).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.move(box["x"] + box["width"] * (hour - 8) / 12 + 1, box["y"] + 20, steps=4)
    page.mouse.up()


def test_a_card_is_dragged_to_a_quarter_of_an_hour_and_the_visit_to_another_and_back(
    scene, desk, product, axe
):
    me, wanted = person(scene, "刘海涛"), order(scene)
    page = board(desk, product, scene)
    at(page, product)
    drag(page, f"#x-job-{wanted.number}", f"#x-lane-{me.pk}", 14.25)
    expect(page.locator(f"#x-block-{wanted.number}")).to_be_visible()
    assert booked(wanted) == ("刘海涛", "14:15")
    drag(page, f"#x-block-{wanted.number}", f"#x-lane-{me.pk}", 16)
    expect(page.locator(f"#x-block-{wanted.number}")).to_have_attribute("title", _begins("16:00"))
    page.keyboard.press("u")
    expect(page.locator(f"#x-block-{wanted.number}")).to_have_attribute("title", _begins("14:15"))
    axe(page)


def test_what_speaks_against_a_drop_is_said_and_decided_without_a_mouse(scene, desk, product, axe):
    me, other, wanted = person(scene, "周鹏"), person(scene, "何永明"), order(scene)
    page = board(desk, product, scene)
    at(page, product)
    drag(page, f"#x-job-{wanted.number}", f"#x-lane-{me.pk}", 10)
    expect(page.locator(f"#x-block-{wanted.number}")).to_be_visible()
    drag(page, f"#x-block-{wanted.number}", f"#x-lane-{other.pk}", 11)
    sheet = page.locator("#x-drawer")
    expect(sheet).to_contain_text("原因")
    axe(page)
    assert booked(wanted) == ("周鹏", "10:00")
    sheet.locator("[name=reason]").focus()
    page.keyboard.type("周鹏请假")
    page.keyboard.press("Enter")
    expect(sheet).to_have_count(0)
    expect(page.locator(f"#x-lane-{other.pk} #x-block-{wanted.number}")).to_be_visible()
    assert booked(wanted) == ("何永明", "11:00")


def test_by_keys_alone_an_order_gets_a_person_and_a_time_and_another_time(scene, desk, product):
    person(scene, "王建国")
    wanted = order(scene)
    page = board(desk, product, scene)
    at(page, product)
    expect(page.locator("#x-chosen")).to_have_attribute("data-order", wanted.number)
    page.keyboard.press("t")
    sheet = page.locator("#x-drawer")
    sheet.locator("[name=installer]").focus()
    page.keyboard.type("王建国")
    fill(sheet, "13:30")
    page.keyboard.press("Enter")
    expect(page.locator(f"#x-block-{wanted.number}")).to_be_visible()
    assert booked(wanted) == ("王建国", "13:30")
    page.locator(f"#x-block-{wanted.number}").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="人员与时间").focus()
    page.keyboard.press("Enter")
    fill(sheet, "15:45")
    page.keyboard.press("Enter")
    expect(page.locator(f"#x-block-{wanted.number}")).to_have_attribute("title", _begins("15:45"))
    assert booked(wanted) == ("王建国", "15:45")


def test_a_card_dropped_on_a_day_of_the_week_is_offered_a_free_time(scene, desk, product, axe):
    me, wanted = person(scene, "徐亮"), order(scene)
    page = board(desk, product, scene)
    at(page, product)
    page.keyboard.press("w")
    cell = f'.x-day-cell[data-installer="{me.pk}"][data-day="{tomorrow(9):%Y-%m-%d}"]'
    expect(page.locator(cell)).to_be_visible()
    axe(page)
    drag(page, f"#x-job-{wanted.number}", cell, 9)
    expect(page.locator("#x-drawer [name=time]")).not_to_have_value("")
    page.get_by_role("button", name="放到这里").click()
    expect(page.locator(f"{cell} b")).to_have_text("1")


def fill(sheet: Any, time: str) -> None:
    """The day and time of a visit tomorrow, as they are typed."""
    sheet.locator("[name=day]").fill(f"{tomorrow(9):%Y-%m-%d}")
    sheet.locator("[name=time]").fill(time)
    sheet.locator("[name=time]").focus()


def _begins(time: str) -> re.Pattern[str]:
    return re.compile(f"^{time}")
