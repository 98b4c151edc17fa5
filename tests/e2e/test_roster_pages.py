"""The week of an outlet in a browser: keys and mouse, two editors, publishing; the phone's own week."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Leave
from accounts.roles import Role
from common import clock
from dispatch.models import RosterShift, ShiftPattern
from dispatch.rosters.editing import set_cell
from dispatch.rosters.leaving import ask_for_leave
from dispatch.rosters.publishing import publish_week
from dispatch.rosters.reading import roster_week
from dispatch.rosters.rest import monday_of
from dispatch.rosters.usual import add_usual_patterns
from dispatch.rosters.wishing import wish_for
from network.models import OrgUnit
from tests.factories import InstallerFactory, UnitFactory, UserFactory
from tests.workorders.world import World

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("ROSTER_PICTURES", "")
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


def shoot(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.fixture
def marks(world: World) -> dict[str, ShiftPattern]:
    return {each.mark: each for each in add_usual_patterns(actor=None)}


@pytest.fixture
def outlet(world: World) -> OrgUnit:
    return UnitFactory(name="湖滨网点", parent=world.east)


@pytest.fixture
def boss(outlet: OrgUnit) -> Any:
    return UserFactory(role=Role.OUTLET_MANAGER, unit=outlet, display_name="周敏")


def team(outlet: OrgUnit, *names: str) -> list[Any]:
    return [InstallerFactory(outlet=outlet, user__display_name=name) for name in names]


def next_monday() -> Any:
    return monday_of(clock.business_day()) + timedelta(days=7)


def cell(page: Page, installer: Any, day: Any) -> Any:
    return page.locator(f"#x-cell-{installer.pk}-{day:%m%d}")


def test_a_week_is_planned_with_keys_and_mouse_and_published(
    world, marks, outlet, boss, desk, product, axe
):
    one, two = team(outlet, "陈海涛", "刘磊")
    monday = next_monday()
    page = desk(boss)
    page.goto(product.url(f"/dispatch/roster/?week={monday}"))
    shoot(page, "roster-none")
    first = cell(page, one, monday)
    first.focus()
    page.keyboard.press("1")
    expect(first).to_have_text("早")
    expect(first).to_be_focused()
    page.keyboard.press("5")
    expect(first).to_contain_text("值")
    page.keyboard.press("ArrowRight")
    expect(cell(page, one, monday + timedelta(days=1))).to_be_focused()
    page.locator(f"#x-brush-{marks['晚'].pk}").click()
    other = cell(page, two, monday)
    other.click()
    expect(other).to_have_text("晚")
    axe(page)
    page.get_by_role("button", name="发布").click()
    expect(page.locator("#x-roster-said")).to_be_visible()
    expect(page.locator("#x-roster-title")).to_have_text("生效中")
    assert RosterShift.objects.filter(published=True, installer__outlet=outlet).count() == 3
    first.focus()
    page.keyboard.press("0")
    expect(first).to_have_text("")
    assert not page.evaluate(TOO_WIDE)


def test_of_two_editors_of_one_day_the_second_sees_what_stands_there_and_may_insist(
    world, marks, outlet, boss, desk, product, axe
):
    (one,) = team(outlet, "陈海涛")
    monday = next_monday()
    page = desk(boss)
    page.goto(product.url(f"/dispatch/roster/?week={monday}"))
    colleague = UserFactory(role=Role.OUTLET_MANAGER, unit=outlet, display_name="吴强")
    set_cell(
        unit=outlet, day=monday, installer=one, patterns=[marks["夜"].pk], seen=[], actor=colleague
    )
    cell(page, one, monday).focus()
    page.keyboard.press("1")
    conflict = page.locator("#x-roster-conflict")
    expect(conflict).to_contain_text("吴强")
    expect(conflict).to_contain_text("夜班")
    expect(cell(page, one, monday)).to_have_text("夜")
    axe(page)
    shoot(page, "roster-conflict")
    conflict.get_by_role("button").click()
    expect(cell(page, one, monday)).to_have_text("早")


def test_a_full_outlet_is_proposed_and_shows_what_breaks_a_rule(
    world, marks, outlet, boss, desk, product, axe
):
    names = [
        "陈海涛",
        "刘磊",
        "王建国",
        "李志强",
        "张伟",
        "赵鹏",
        "孙国华",
        "周凯",
        "吴永明",
        "郑亮",
        "何军",
        "高勇",
    ]
    people = team(outlet, *names)
    monday = next_monday()
    Leave.objects.create(installer=people[3], starts_on=monday, ends_on=monday + timedelta(days=2))
    wish_for(installer=people[4], day=monday + timedelta(days=5), wants="off")
    for n in range(7):
        set_cell(
            unit=outlet, day=monday + timedelta(days=n), installer=people[0],
            patterns=[marks["早"].pk], seen=[], actor=boss,
        )  # fmt: skip
    set_cell(
        unit=outlet, day=monday, installer=people[1], patterns=[marks["夜"].pk], seen=[], actor=boss
    )
    set_cell(
        unit=outlet, day=monday + timedelta(days=1), installer=people[1],
        patterns=[marks["早"].pk], seen=[], actor=boss,
    )  # fmt: skip
    page = desk(boss)
    page.goto(product.url(f"/dispatch/roster/?week={monday}"))
    page.get_by_role("button", name="建议其余班次").click()
    expect(page.locator("#x-roster-said")).to_be_visible()
    expect(page.locator(".x-roster-notes")).to_contain_text("连续第 7 天")
    axe(page)
    shoot(page, "roster-much")


def test_leave_goes_from_the_phone_to_the_desk_and_back(
    world, marks, outlet, boss, phone, desk, product, axe
):
    (me,) = team(outlet, "陈海涛")
    monday = next_monday()
    for n, mark in enumerate(("早", "晚", "早", "夜")):
        set_cell(
            unit=outlet, day=monday + timedelta(days=n), installer=me,
            patterns=[marks[mark].pk, *([marks["值"].pk] if n == 0 else [])], seen=[], actor=boss,
        )  # fmt: skip
    version = roster_week(outlet, monday).version
    publish_week(unit=outlet, monday=monday, seen_version=version, actor=boss)
    page = phone(me.user)
    page.goto(product.url(f"/m/roster/?week={monday}"))
    expect(page.locator(".x-my-week")).to_contain_text("晚班")
    axe(page)
    shoot(page, "phone-roster")
    assert not page.evaluate(TOO_WIDE)
    page.fill("#id_starts_on", (monday + timedelta(days=1)).isoformat())
    page.fill("#id_ends_on", (monday + timedelta(days=1)).isoformat())
    page.fill("#id_reason", "孩子开家长会")
    page.get_by_role("button", name="申请请假").click()
    expect(page.locator(".x-my-leave")).to_be_visible()
    office = desk(boss)
    office.goto(product.url("/dispatch/roster/leave/"))
    expect(office.locator("#main")).to_contain_text("孩子开家长会")
    axe(office)
    shoot(office, "leave-desk")
    office.get_by_role("button", name="批准").click()
    expect(office.locator("#main")).to_contain_text("已批准")
    page.goto(product.url(f"/m/roster/?week={monday}"))
    expect(page.locator(".x-my-week")).to_contain_text("请假")
    shoot(page, "phone-roster-leave")


def test_the_settings_of_rosters_are_readable_to_everybody(world, marks, boss, desk, product, axe):
    page = desk(boss)
    for path, name in (
        ("shifts/", "patterns"),
        ("shifts/new/", "pattern-new"),
        ("leave/", "leave-none"),
    ):
        page.goto(product.url(f"/dispatch/roster/{path}"))
        axe(page)
        shoot(page, name)


def test_a_refused_request_for_leave_says_why_on_the_phone(world, outlet, phone, product, axe):
    (me,) = team(outlet, "陈海涛")
    today = clock.business_day()
    ask_for_leave(installer=me, starts_on=today, ends_on=today, reason="")
    page = phone(me.user)
    page.goto(product.url("/m/roster/"))
    page.fill("#id_starts_on", today.isoformat())
    page.fill("#id_ends_on", today.isoformat())
    page.get_by_role("button", name="申请请假").click()
    expect(page.locator("body")).to_contain_text("已申请或已登记请假")
    axe(page)
    shoot(page, "phone-leave-refused")
