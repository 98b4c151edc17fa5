"""The boss view in a real browser: the heat table, a drawer on a cell, and polls that keep it true."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from catalog.models import ServiceItem
from common import clock
from dashboards.models import AlertRest, RevenueRollup, RollupApplied
from network.models import Region, RegionDivision
from tests.factories import UserFactory

pytestmark = pytest.mark.browser
CITIES = {
    "杭州": "33", "上海": "31", "南京": "32", "宁波": "33", "合肥": "34", "广州": "44",
    "成都": "51", "武汉": "42", "西安": "61", "北京": "11", "沈阳": "21", "昆明": "53",
}  # fmt: skip
ITEMS = ("空调安装", "空调移机", "智能门锁", "净水器", "热水器", "油烟机", "洗碗机", "电视挂装")


@pytest.fixture
def boss(world, desk):
    """A page of somebody at headquarters, with two months of figures in twelve cities."""
    RevenueRollup.objects.all().delete()
    today = clock.business_day()
    rows = []
    for n, (name, code) in enumerate(CITIES.items()):
        region, is_new = Region.objects.get_or_create(
            code=f"E{n}", defaults={"name": name, "level": Region.Level.CITY}
        )
        if is_new:
            RegionDivision.objects.get_or_create(
                code=f"{code}99{n:02d}", defaults={"region": region}
            )
        for m, title in enumerate(ITEMS):
            item, _new = ServiceItem.objects.get_or_create(
                code=f"E-{m}", defaults={"name": title, "industry": "x", "category": "x"}
            )
            for back in range(0, 70, 7):
                fen = (n * 37 + m * 53) % 91 * 60_000 + 400_000
                fen = fen // 9 if (n, m, back) == (3, 1, 0) else fen
                rows.append(
                    RevenueRollup(
                        day=today - timedelta(days=back), region=region, item=item, orders=3,
                        revenue_fen=fen, installer_fen=fen * 6 // 10, channel_fen=fen // 20,
                        tax_fen=fen // 20, margin_fen=fen - fen * 6 // 10 - fen // 20 * 2,
                    )
                )  # fmt: skip
    RevenueRollup.objects.bulk_create(rows)
    return desk(UserFactory(role=Role.HQ_ADMIN, unit=world.hq))


def test_the_boss_reads_figures_matrix_and_provinces_without_a_barrier(boss, product, axe):
    boss.goto(product.url("/dashboards/boss/?by=quarter"))
    expect(boss.locator(".x-heat tbody tr")).to_have_count(len(ITEMS))
    expect(boss.locator(".x-heat thead th")).to_have_count(len(CITIES) + 2)
    expect(boss.locator(".x-odd")).to_have_count(1)
    expect(boss.locator("#alerts .x-alert-row")).to_contain_text(["宁波"])
    axe(boss)


def test_a_cell_opens_at_the_edge_and_closes_again(boss, product, axe):
    boss.goto(product.url("/dashboards/boss/"))
    boss.locator(".x-heat tbody td a").first.click()
    expect(boss.locator("#x-drawer")).to_be_visible()
    axe(boss)
    boss.keyboard.press("Escape")
    expect(boss.locator("#x-drawer")).to_have_count(0)


def test_a_poll_brings_what_was_settled_meanwhile(boss, product):
    boss.goto(product.url("/dashboards/boss/"))
    before = boss.locator(".x-kpi-value").first.inner_text()
    RevenueRollup.objects.filter(day=clock.business_day()).update(revenue_fen=99_000_000)
    RollupApplied.objects.create(source_key="+e2e", applied_at=clock.wall_now())
    boss.evaluate("htmx.trigger('#boss', 'live')")
    expect(boss.locator(".x-kpi-value").first).not_to_have_text(before)


def test_the_staff_view_is_without_a_barrier(world, desk, product, axe):
    page = desk(world.dispatcher)
    page.goto(product.url("/dashboards/staff/"))
    expect(page.locator("#staff")).to_be_visible()
    axe(page)


def test_alerts_are_put_to_rest_and_brought_back_by_keys_and_by_buttons(boss, product, axe):
    AlertRest.objects.all().delete()
    RevenueRollup.objects.filter(day=clock.business_day()).update(revenue_fen=1_000_00)
    boss.goto(product.url("/dashboards/boss/"))
    rows, rests = boss.locator("#alerts .x-alert-row"), boss.locator("#alerts .x-rest-row")
    count = rows.count()
    first, second = (rows.nth(n).get_attribute("id") for n in (0, 1))
    boss.keyboard.press("e")
    expect(rows.first).to_be_focused()
    expect(rests).to_have_count(0)
    boss.keyboard.press("e")
    expect(boss.locator(f"#{first}")).to_have_count(0)
    expect(rests).to_have_count(1)
    expect(boss.locator(f"#{second}")).to_be_focused()
    boss.keyboard.press("h")
    expect(boss.locator(f"#{second}")).to_have_count(0)
    expect(rests).to_have_count(2)
    boss.locator("#alert-rests > summary").click()
    boss.evaluate("window.scrollTo(0, 0)")  # no cell lies half below the bar at the top
    axe(boss)
    boss.keyboard.press("u")
    expect(boss.locator(f"#{second}")).to_be_visible()
    boss.evaluate("htmx.trigger('#boss', 'live')")
    expect(boss.locator("#alert-undo")).to_have_count(0)
    expect(rests.first).to_be_visible()
    rests.first.locator("button").click()
    expect(boss.locator(f"#{first}")).to_be_visible()
    assert rows.count() == count
    assert not AlertRest.objects.exists()


def test_what_was_read_before_something_was_done_is_asked_again_instead_of_shown(boss, product):
    AlertRest.objects.all().delete()
    RevenueRollup.objects.filter(day=clock.business_day()).update(revenue_fen=1_000_00)
    boss.goto(product.url("/dashboards/boss/"))
    rests = boss.locator("#alerts .x-rest-row")
    expect(rests).to_have_count(0)
    before = boss.evaluate(
        "fetch(location, {headers: {'HX-Request': 'true', 'X-Live': '1'}}).then((a) => a.text())"
    )
    held = []

    def hold_the_first(route):
        if "x-live" in route.request.headers and not held:
            held.append(route)
        else:
            route.continue_()

    def is_poll(asked):
        return "x-live" in asked.headers

    boss.route("**/dashboards/boss/**", hold_the_first)
    with boss.expect_request(is_poll):
        boss.evaluate("htmx.trigger('#boss', 'live')")
    boss.locator("#alerts .x-alert-row").first.locator("button").first.click()
    expect(rests).to_have_count(1)
    late = held[0].request
    with boss.expect_response(lambda answer: is_poll(answer.request) and answer.request != late):
        held[0].fulfill(body=before, content_type="text/html; charset=utf-8")
    expect(rests).to_have_count(1)


def test_alerts_fit_a_phone(boss, world, phone, product, axe):
    page = phone(UserFactory(role=Role.HQ_ADMIN, unit=world.hq))
    page.goto(product.url("/dashboards/boss/"))
    buttons = page.locator("#alerts .x-alert-row").first.locator(".btn:visible")
    assert min(buttons.nth(n).bounding_box()["height"] for n in range(buttons.count())) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".x-alert-row summary").first.click()
    axe(page)
