"""In real browsers: a fact found wrong after the lock is corrected, and the next statement explains it."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from accounts.roles import Role
from common.formatting import money
from settlement.models import JournalEntry, Settlement
from settlement.services.parties import installer_party
from settlement.services.publishing import publish_rules
from tests.e2e.product import Product
from tests.factories import UserFactory
from tests.settlement.company import preset
from tests.settlement.statement_cast import period_now, statement_of
from tests.workorders import walking
from tests.workorders.world import open_order, shop_order

pytestmark = pytest.mark.browser


def locked(page: Page, product: Product, period: str) -> None:
    """Let finance compute a period, lock it and have its files made."""
    page.goto(product.url(f"/settlement/runs/{period}/"))
    page.locator('form[action$="/start/"] button').first.click()
    expect(page.locator("#run-progress")).to_be_visible()
    product.drain()
    page.locator("#lock-typed").fill(period, timeout=30_000)
    page.locator("#lock-form button").click()
    expect(page.locator("#close-form button")).to_be_disabled(timeout=30_000)
    product.drain()
    expect(page.locator("#close-form button")).to_be_enabled(timeout=30_000)


def test_a_fact_corrected_after_the_lock_stands_explained_on_the_next_statement(
    product, world, desk, phone
):
    publish_rules(key="lock", industry="家电", body=preset(), actor=None)
    order = walking.complete(
        open_order(world, shop_order(number="E-LOCK-1", buyer_ref="buyer-lock")), world
    )
    product.drain()
    before = Settlement.objects.get(work_order=order, status="active")
    finance, second = (UserFactory(role=Role.FINANCE, unit=world.hq) for _ in range(2))
    closed = str(period_now())
    page = desk(finance)
    locked(page, product, closed)
    statement = statement_of(installer_party(world.installer))
    kept = (statement.total_fen, statement.sha256)

    page.goto(product.url(f"/settlement/slips/{before.pk}/correct/"))
    page.locator("#id_kind").select_option("rain")
    page.locator("#id_value").fill("是")
    page.locator("#id_source").fill("气象台")
    page.locator("#id_reason").fill("当天有雨，漏记")
    page.locator(".x-form-foot .btn-primary").click()
    page.wait_for_url(re.compile(r"/settlement/recompute/\d+/$"))
    product.drain()
    page.reload()
    expect(page.locator('form[action$="/approve/"] button')).to_have_count(0)
    approver = desk(second)
    approver.goto(page.url)
    approver.locator('form[action$="/approve/"] button').click()
    expect(approver.locator('form[action$="/approve/"]')).to_have_count(0)
    product.drain()
    after = Settlement.objects.get(work_order=order, status="active")
    assert after.gross_fen > before.gross_fen
    entry = JournalEntry.objects.get(kind="difference")
    assert (str(entry.corrects.period), entry.period.state) == (closed, "open")

    mine = phone(world.installer.user)
    mine.goto(product.url(f"/m/earnings/{order.number}/"))
    said = [
        f"原为 {money(before.gross_fen)}，现为 {money(after.gross_fen)}",
        "气象台", "原因：当天有雨，漏记", f"更正工单 {order.number} 在 {closed} 账期的结算",
    ]  # fmt: skip
    for words in said:
        expect(mine.locator("main")).to_contain_text(words)
    mine.locator('a[href*="?slip="]').first.click()
    mine.wait_for_url(re.compile(r"slip=\d+$"))
    expect(mine.locator(".x-hero-number")).to_have_text(money(before.gross_fen))

    locked(page, product, str(entry.period))
    following = statement_of(installer_party(world.installer))
    assert following.run.period == entry.period
    assert following.total_fen == after.gross_fen - before.gross_fen
    page.goto(product.url(f"/settlement/statements/{following.number}/"))
    page.locator("tr details summary").first.click()
    mine.goto(product.url(f"/m/statements/{following.number}/"))
    mine.locator("details[id^=line-] summary").first.click()
    with following.pdf.open("rb") as made:
        paper = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(made.read())).pages)
    squeezed = re.sub(r"\s", "", paper)
    for words in said:
        expect(page.locator("main")).to_contain_text(words)
        expect(mine.locator("main")).to_contain_text(words)
        assert re.sub(r"\s", "", words) in squeezed
    mine.locator('a[href*="?slip="]').first.click()
    mine.wait_for_url(re.compile(r"slip=\d+$"))
    statement.refresh_from_db()
    assert (statement.total_fen, statement.sha256) == kept
