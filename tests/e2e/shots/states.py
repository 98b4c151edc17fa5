"""Photographs the other screens, and all of them in a company that has nothing yet or with a fault."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from common import clock
from tests.e2e.shots.camera import DEMO, DESK, EMPTY, PHONE, go, keep

pytestmark = pytest.mark.browser

SMALL = 90_000
"""Bytes of a picture that is looked at beside others and not in the README."""

MONTH = f"/settlement/runs/{clock.business_day():%Y-%m}/"
ADMIN = {
    "regions": ("/network/regions/", ""),
    "tiers": ("/network/tiers/", ""),
    "units": ("/network/units/", ""),
    "order-list": ("/orders/", ""),
    "flow-list": ("/orders/flows/", ""),
    "flow-version": ("/orders/flows/", 'a[href^="/orders/flows/versions/"]'),
    "flow-moves": ("/orders/moves/", ""),
    "flow-insert": ("/orders/moves/insert/", ""),
    "flow-modes": ("/orders/modes/", ""),
    "stuck": ("/orders/bottlenecks/", ""),
    "answers": ("/orders/forms/", ""),
    "tasks": ("/orders/tasks/", ""),
    "notices": ("/orders/notices/", ""),
    "hours": ("/orders/hours/", ""),
    "webhooks": ("/integrations/webhooks/", ""),
    "platforms": ("/integrations/", ""),
    "figures": ("/dashboards/boss/", ""),
    "budgets": ("/dashboards/budgets/", ""),
    "rule-list": ("/settlement/rules/", ""),
    "proposals": ("/settlement/rules/proposals/", ""),
    "busy-areas": ("/settlement/prices/heat/", ""),
    "suggested-prices": ("/settlement/prices/suggested/", ""),
    "price-plan": ("/settlement/prices/plan/", ""),
    "quotations": ("/settlement/quotations/", ""),
}
DISPATCHER = {
    "pool": ("/dispatch/", ""),
    "help-asked": ("/dispatch/help/", ""),
    "staff": ("/dashboards/staff/", ""),
}
FINANCE = {
    "slips": ("/settlement/slips/", ""),
    "estimates": ("/settlement/deviations/", ""),
    "adjustments": ("/settlement/adjustments/", ""),
    "held": ("/settlement/held/", ""),
    "rates": ("/settlement/rates/", ""),
    "recomputes": ("/settlement/recompute/", ""),
    "disputes": ("/settlement/disputes/", ""),
    "runs": ("/settlement/runs/", ""),
    "run": (MONTH, ""),
    "bill-list": ("/settlement/bills/", ""),
    "bill-case": ("/settlement/bills/", 'tbody a[href^="/settlement/bills/"]'),
    "payouts": ("/settlement/payouts/", ""),
    "delays": ("/settlement/delays/", ""),
}
INSTALLER = {
    "today": ("/m/today/", ""),
    "offers": ("/m/pool/", ""),
    "earnings": ("/m/earnings/", ""),
    "balance": ("/m/earnings/balances/available/", ""),
    "retained": ("/m/earnings/balances/held/", ""),
    "statements": ("/m/statements/", ""),
    "doubts": ("/m/disputes/", ""),
    "account": ("/m/bank-account/", ""),
}
WHO = {
    "admin": (ADMIN, DESK),
    "diaodu": (DISPATCHER, DESK),
    "caiwu": (FINANCE, DESK),
    "shifu": (INSTALLER, PHONE),
}
ONLY_WITH_ORDERS = {"bill-case", "run"}


@pytest.mark.parametrize("username", WHO)
def test_screens_with_much_are_photographed(demo, opened, username):
    screens, shape = WHO[username]
    page = opened(username, shape)
    for name, (path, first) in screens.items():
        go(page, demo, path)
        if not first or page.locator(first).count():
            keep(go(page, demo, path, first), f"much/{name}", SMALL)


@pytest.mark.parametrize("username", WHO)
def test_screens_without_anything_are_photographed(empty, opened, username):
    screens, shape = WHO[username]
    page = opened("shifu" if username == "shifu" else "admin", shape, EMPTY)
    for name, (path, first) in screens.items():
        if name not in ONLY_WITH_ORDERS:
            keep(go(page, empty, path, first, EMPTY), f"none/{name}", SMALL)


@pytest.mark.parametrize("username", ["admin", "caiwu"])
def test_a_desk_is_photographed_as_narrow_as_a_phone(demo, opened, username):
    screens, _shape = WHO[username]
    page = opened(username, PHONE)
    for name, (path, first) in screens.items():
        go(page, demo, path)
        if not first or page.locator(first).count():
            keep(go(page, demo, path, first), f"narrow/{name}", SMALL)


def test_what_was_entered_wrongly_is_photographed(demo, opened):
    page = opened("admin", DESK)
    go(page, demo, "/orders/enter/")
    page.locator("main form button.btn-primary").first.click()
    keep(page, "wrong/order", SMALL)
    for name, path in (
        ("quotation", "/settlement/quotations/new/"),
        ("mode", "/orders/modes/new/"),
    ):
        go(page, demo, path)
        page.locator("main form button.btn-primary").first.click()
        keep(page, f"wrong/{name}", SMALL)
    go(page, demo, "/orders/moves/insert/")
    page.locator("#id_block").select_option("own")
    page.locator("main form button.btn-primary").first.click()
    keep(page, "wrong/own-stage", SMALL)
    go(page, demo, "/network/tiers/import/")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "分级.csv", "mimeType": "text/csv", "buffer": "区域,列\n火星,x\n".encode()}
    )
    page.locator("main form button.btn-primary").first.click()
    keep(page, "wrong/tiers", SMALL)
    keep(go(page, demo, "/orders/WO-19990101-0001/"), "wrong/no-such-order", SMALL)


def test_rules_that_are_wrong_are_photographed(demo, opened):
    page = opened("caiwu", DESK)
    go(page, demo, "/settlement/rules/")
    page.locator('form[action$="/draft/"] button').first.click()
    page.wait_for_url("**/rules/drafts/**")
    page.goto(page.url.split("?")[0] + "?part=g.price")
    cell = page.locator("tr[data-row] input.x-cell").first
    with page.expect_response(lambda answer: "/save/" in answer.url):
        cell.fill("一百二")
        page.keyboard.press("Tab")
    keep(page, "wrong/rule-cell", SMALL)


def test_money_that_is_wrong_is_photographed(demo, opened):
    mine = opened("shifu", PHONE)
    go(mine, demo, "/m/bank-account/")
    mine.locator("main form button.btn-primary").first.click()
    keep(mine, "wrong/account", SMALL)
    go(mine, demo, "/m/earnings/", 'a[href^="/m/earnings/WO-"]')
    mine.locator(".x-lines details summary").first.click()
    mine.locator('.x-lines a[href*="/disputes/new/"]').first.click()
    mine.locator("#id_amount").fill("25.555")
    mine.locator("[form=x-claim]").click()
    keep(mine, "wrong/dispute", SMALL)


def test_a_line_that_is_cut_is_photographed(demo, opened):
    mine = opened("shifu", PHONE)
    go(mine, demo, "/m/today/", 'a[href^="/m/today/"]')
    mine.evaluate("navigator.serviceWorker.ready.then(() => null)")
    go(mine, demo, "/m/today/")
    mine.context.set_offline(True)
    expect(mine.locator("#x-strip")).to_be_visible()
    keep(mine, "wrong/cut-today", SMALL)
    board = opened("diaodu", DESK)
    go(board, demo, "/dispatch/")
    board.route(re.compile("/dispatch/"), lambda route: route.fulfill(status=503))
    for _n in range(3):
        board.evaluate(
            "document.querySelectorAll('[data-live]').forEach((e) => htmx.trigger(e, 'live'))"
        )
    expect(board.locator("#x-live[data-state=lost]")).to_be_visible(timeout=15_000)
    keep(board, "wrong/board-cut", SMALL)
    assert DEMO.host in board.url
