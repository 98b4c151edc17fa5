"""Photographs the main screens of the demo, in Chinese, for the documentation: `make shots`."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from common import clock
from tests.cast import PUBLIC
from tests.e2e.shots.camera import DEMO, DESK, HERE, PHONE, go, keep

pytestmark = pytest.mark.browser

SHOP = "20010001"
RULES = 'tbody a[href^="/settlement/rules/"]'
FURTHER = {
    "rule-gallery": "/settlement/rules/gallery/",
    "bills": "/settlement/bills/",
    "flows": "/orders/flows/",
    "flow-gallery": "/orders/flows/library/",
    "bottlenecks": "/orders/bottlenecks/",
}


def choose_a_job_somebody_can_do(board: Page) -> None:
    """Open jobs of the pool until one has candidates: some sites nobody reaches in time."""
    candidates = board.locator("#x-chosen .x-candidate:visible")
    for job in board.locator("#x-pool .x-job").all():
        job.click()
        board.wait_for_load_state("networkidle")
        if candidates.count():
            return
    expect(candidates.first).to_be_visible()


def test_the_desk_is_photographed(demo, opened):
    dispatcher, boss = opened("diaodu", DESK), opened("admin", DESK)
    for _n in range(6):
        demo.wish(f"shops/{SHOP}/orders", pay=True)
    go(dispatcher, demo, "/dispatch/")
    expect(dispatcher.locator("#x-pool .x-job").nth(4)).to_be_visible(timeout=90_000)
    choose_a_job_somebody_can_do(go(dispatcher, demo, "/dispatch/"))
    keep(dispatcher, "board")
    keep(go(dispatcher, demo, "/orders/"), "orders")
    done = 'a[href^="/orders/WO-"]'
    keep(go(dispatcher, demo, "/orders/?state=DONE", done), "order")
    for name, path, first in (
        ("boss", "/dashboards/boss/?by=quarter", ""),
        ("item", "/catalog/items/", 'tbody a[href^="/catalog/items/"]'),
        ("integrations", "/integrations/", ""),
        ("installers", "/installers/", ""),
        ("rules", "/settlement/rules/", RULES),
    ):
        keep(go(boss, demo, path, first), name)


def test_a_change_of_the_rules_is_photographed(demo, opened):
    page, boss = opened("caiwu", DESK), opened("admin", DESK)
    go(page, demo, "/settlement/rules/")
    page.locator('form[action$="/draft/"] button').first.click()
    page.wait_for_url("**/rules/drafts/**")
    page.goto(page.url.split("?")[0] + "?part=g.price")
    cell = page.locator("tr[data-row] input.x-cell").first
    with page.expect_response(lambda answer: "/save/" in answer.url):
        cell.fill("112.00")
        page.keyboard.press("Tab")
    keep(page, "rule-editor")
    page.locator('a[href*="/rules/proposals/"].btn-primary').click()
    page.wait_for_url("**/rules/proposals/**")
    proposal = page.url
    page.locator("#replay-card button").click()
    page.wait_for_url("**/replays/**")
    expect(page.locator("[id^=replayed-]").first).to_be_visible(timeout=120_000)
    keep(page, "replay")
    page.goto(proposal)
    page.locator("#submit-form button").click()
    expect(page.locator("#decide")).to_be_visible()
    boss.goto(proposal)
    boss.locator("#id_effective_from").fill(f"{clock.business_day():%Y-%m-01}")
    boss.locator("#id_reason").fill("旺季空调安装涨价")
    for gap in boss.locator("input[name=uncovered]").all():
        gap.check()
    boss.locator("#decide .btn-primary").click()
    boss.wait_for_url(re.compile(r"/settlement/rules/\d+/$"))
    page.goto(boss.url)
    page.locator('form[action$="/recompute/"] button').click()
    page.wait_for_url(re.compile(r"/settlement/recompute/\d+/$"))
    expect(page.locator("#x-differences")).to_be_visible(timeout=180_000)
    keep(page, "recompute")


def test_further_screens_are_photographed(demo, opened):
    page = opened("admin", DESK)
    for name, path in FURTHER.items():
        keep(go(page, demo, path), name)
    go(page, demo, "/settlement/quotations/new/")
    for choice in ("#id_item", "#id_region"):
        page.locator(choice).select_option(index=1)
    expect(page.locator("#quotation-price")).to_contain_text("¥")
    keep(page, "quotation")
    go(page, demo, "/settlement/rules/", RULES)
    keep(go(page, demo, page.url.removeprefix(demo.url("", DEMO)) + "monitor/"), "monitor")
    keep(go(page, demo, f"/settlement/runs/{clock.business_day():%Y-%m}/branches/"), "branches")


def test_a_flow_is_photographed_while_it_is_designed(demo, opened):
    page = opened("admin", DESK)
    go(page, demo, "/orders/flows/library/", 'main h2 a[href^="/orders/flows/library/"]')
    page.locator('form[action$="/copy/"] button').first.click()
    page.wait_for_url("**/orders/flows/drafts/**")
    keep(page, "flow-designer")


def test_a_dispute_is_photographed(demo, opened):
    mine, page = opened("shifu", PHONE), opened("caiwu", DESK)
    go(mine, demo, "/m/earnings/", 'a[href^="/m/earnings/WO-"]')
    mine.locator(".x-lines details summary").first.click()
    mine.locator('.x-lines a[href*="/disputes/new/"]').first.click()
    mine.locator("#id_amount").fill("25.50")
    mine.locator("#id_reason").fill("高速封路，绕行多走了十几公里")
    mine.locator("[form=x-claim]").click()
    mine.wait_for_url(re.compile(r"/m/disputes/"))
    keep(mine, "phone-dispute")
    go(page, demo, "/settlement/disputes/", 'tbody a[href^="/settlement/disputes/WO-"]')
    keep(page, "dispute")
    keep(go(page, demo, "/settlement/disputes/statistics/"), "dispute-statistics")


def test_finance_is_photographed(demo, opened):
    page = opened("caiwu", DESK)
    go(page, demo, "/settlement/slips/", 'tbody a[href^="/settlement/slips/"]')
    for line in page.locator("main details > summary").all()[:3]:
        line.click()
    keep(page, "explanation")
    go(page, demo, f"/settlement/runs/{clock.business_day():%Y-%m}/")
    page.locator('form[action$="/start/"] button').first.click()
    expect(page.locator("#lock-form")).to_be_visible(timeout=900_000)
    keep(page, "statements")
    run = page.url
    page.goto(demo.url(page.locator("tbody td.x-main a").first.get_attribute("href") or "", DEMO))
    keep(page, "statement")
    page.goto(run)
    page.locator("#lock-typed").fill(run.rstrip("/").rsplit("/", 1)[-1])
    page.locator("#lock-form button").click()
    expect(page.locator("#close-form button")).to_be_visible(timeout=300_000)
    keep(page, "closing")
    expect(page.locator("#close-form button")).to_be_enabled(timeout=900_000)
    page.locator("#close-form button").click()
    expect(page.locator("#close-form")).to_have_count(0, timeout=60_000)
    go(page, demo, "/settlement/payouts/")
    page.locator("#outlook button").first.click()
    expect(page.locator("#approve")).to_be_visible(timeout=60_000)
    keep(page, "payout")


def test_the_phone_is_photographed(demo, opened):
    page = opened("shifu", PHONE)
    keep(go(page, demo, "/m/today/"), "phone-today")
    keep(go(page, demo, "/m/today/", 'a[href^="/m/today/"]'), "phone-job")
    keep(go(page, demo, "/m/pool/"), "phone-pool")
    keep(go(page, demo, "/m/earnings/"), "phone-month")
    job = 'a[href^="/m/earnings/WO-"]'
    keep(go(page, demo, "/m/earnings/", job), "phone-earnings")


@pytest.mark.parametrize(("suffix", "shape"), [("", DESK), ("-phone", PHONE)])
def test_the_way_in_is_photographed(demo, browser, suffix, shape):
    context = browser.new_context(**shape, **HERE)
    page = context.new_page()
    page.goto(demo.url("/", PUBLIC))
    keep(page, f"home{suffix}")
    page.goto(demo.url("/sign-in/", DEMO))
    keep(page, f"sign-in{suffix}")
    context.close()
