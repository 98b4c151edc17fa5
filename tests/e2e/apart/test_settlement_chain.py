"""Money in real browsers: a price edited, replayed, published, recomputed, doubted, closed."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.db.models.fields.files import FieldFile
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from accounts.roles import Role
from common.formatting import money
from settlement.models import Dispute, RuleSetVersion, Settlement
from settlement.people import shares_of
from settlement.services.parties import installer_party
from settlement.services.publishing import publish_rules
from settlement.statements.capitals import capitals
from tests.e2e import visits
from tests.e2e.product import Product
from tests.factories import UserFactory
from tests.settlement.company import preset
from tests.settlement.statement_cast import period_now, statement_of
from tests.workorders import walking
from tests.workorders.world import World, open_order, shop_order
from workorders.services.crew import add_helper

pytestmark = pytest.mark.browser


def earned(settlement: Settlement, world: World) -> int:
    """What the lines of a settlement give the installer."""
    lines = settlement.lines.filter(payee=installer_party(world.installer))
    return sum(line.amount_fen for line in lines)


def printed(kept: FieldFile) -> str:
    """The words of a PDF; the queue is worked off here, so it lies with us and not with the server."""
    with kept.open("rb") as made:
        return "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(made.read())).pages)


def closed(page: Page, product: Product, period: str) -> None:
    """Let finance compute, lock, print and close the period."""
    page.goto(product.url(f"/settlement/runs/{period}/"))
    page.locator('form[action$="/start/"] button').first.click()
    expect(page.locator("#run-progress")).to_be_visible()
    product.drain()
    page.locator("#lock-typed").fill(period, timeout=30_000)
    page.locator("#lock-form button").click()
    expect(page.locator("#close-form button")).to_be_disabled(timeout=30_000)
    product.drain()
    expect(page.locator("#close-form button")).to_be_enabled(timeout=30_000)
    page.locator("#close-form button").click()
    expect(page.locator("#close-form")).to_have_count(0, timeout=30_000)


def test_a_price_goes_from_the_editor_through_pay_and_dispute_to_the_closed_statement(
    product, world, desk, phone
):
    publish_rules(key="chain", industry="家电", body=preset(), actor=None)
    order = walking.complete(
        open_order(world, shop_order(number="E-CHAIN-1", buyer_ref="buyer-chain")), world
    )
    product.drain()
    before = Settlement.objects.get(work_order=order, status="active")
    boss = UserFactory(role=Role.HQ_ADMIN, unit=world.hq)
    finance, second = (UserFactory(role=Role.FINANCE, unit=world.hq) for _ in range(2))

    page = desk(finance)
    page.goto(product.url("/settlement/rules/"))
    page.locator('form[action$="/draft/"] button').first.click()
    page.wait_for_url("**/settlement/rules/drafts/**")
    page.goto(page.url.split("?")[0] + "?part=g.price")
    cell = page.locator('tr[data-row="空调"] input.x-cell').first
    expect(cell).to_have_value("¥100.00")
    cell.fill("110.00")
    with page.expect_response(lambda answer: "/save/" in answer.url) as saving:
        page.keyboard.press("Tab")
    assert saving.value.status == 200

    page.locator('a[href*="/rules/proposals/"].btn-primary').click()
    page.wait_for_url("**/rules/proposals/**")
    proposal = page.url
    page.locator("#replay-card button").click()
    page.wait_for_url("**/replays/**")
    product.drain()
    page.reload()
    expect(page.locator(".x-kpi-value").filter(has_text=re.compile(r"^1$")).first).to_be_visible()
    expect(page.locator("[id^=replayed-]")).to_have_count(1)
    page.goto(proposal)
    page.locator("#submit-form button").click()
    expect(page.locator("#decide")).to_be_visible()
    expect(page.locator("#decide textarea")).to_have_count(0)  # not by whoever submitted it

    other = desk(boss)
    other.goto(proposal)
    other.locator("#id_effective_from").fill(before.done_on.isoformat())
    other.locator("#id_reason").fill("空调安装涨价")
    for gap in other.locator("input[name=uncovered]").all():
        gap.check()
    other.locator("#decide .btn-primary").click()
    other.wait_for_url(re.compile(r"/settlement/rules/\d+/$"))
    version = RuleSetVersion.objects.latest("pk")
    assert (version.published_by, version.approved_by) == (finance, boss)

    page.goto(other.url)
    page.locator('form[action$="/recompute/"] button').click()
    page.wait_for_url(re.compile(r"/settlement/recompute/\d+/$"))
    product.drain()
    page.reload()
    expect(page.locator('form[action$="/cancel/"]')).to_have_count(1)
    expect(page.locator('form[action$="/approve/"] button')).to_have_count(0)
    approver = desk(second)
    approver.goto(page.url)
    shown = approver.locator("main").inner_text()
    approver.locator('form[action$="/approve/"] button').click()
    expect(approver.locator('form[action$="/approve/"]')).to_have_count(0)
    product.drain()
    after = Settlement.objects.get(work_order=order, status="active")
    assert (after.version, after.paid_fen) == (version, before.paid_fen)
    more = earned(after, world) - earned(before, world)
    assert more > 0
    assert f"{more // 100}.{more % 100:02}" in shown

    mine = phone(world.installer.user)
    mine.goto(product.url(f"/m/earnings/{order.number}/"))
    mine.locator(".x-lines details summary").first.click()
    mine.locator('.x-lines a[href*="/disputes/new/"]').first.click()
    mine.locator("#id_amount").fill("1.05")
    mine.locator("#id_reason").fill("路程不止这些")
    mine.locator("[form=x-claim]").click()
    mine.wait_for_url(re.compile(r"/m/disputes/"))
    expect(mine.locator("main")).to_contain_text("1.05")
    dispute = Dispute.objects.get()
    assert dispute.claimed_fen == 105

    address = product.url(f"/settlement/disputes/{dispute.number}/")
    page.goto(address)
    for box in page.locator('[name="department"]:not([value="finance"])').all():
        box.uncheck()
    page.locator('form[action$="/ask/"] button').click()
    expect(page.locator("#text-finance")).to_be_visible()
    approver.goto(address)
    approver.locator("#text-finance").fill("路线属实")
    approver.locator('button[value="agrees"]').click()
    # The only one who was heard does not decide: somebody else is offered it.
    expect(approver.locator("#text-finance")).to_have_count(0)
    expect(approver.locator('[name="outcome"]')).to_have_count(0)
    page.goto(address)
    expect(page.locator('[name="outcome"]')).to_have_count(3)
    page.locator('[name="outcome"][value="uphold"]').check()
    page.locator('form[action$="/decide/"] textarea').fill("按实际路线补")
    page.locator('form[action$="/decide/"] button').click()
    expect(page.locator('form[action$="/decide/"]')).to_have_count(0)
    product.drain()
    mine.goto(product.url(f"/m/disputes/{dispute.number}/"))
    expect(mine.locator("main")).to_contain_text("按实际路线补")
    page.goto(address)
    page.locator('form[action$="/report/make/"] button').click()
    expect(page.locator('form[action$="/report/make/"]')).to_have_count(0)
    product.drain()
    dispute.refresh_from_db()
    report = printed(dispute.report)
    assert all(word in report for word in (dispute.number, "路程不止这些", "按实际路线补"))

    period = str(period_now())
    closed(page, product, period)
    statement = statement_of(installer_party(world.installer))
    assert statement.total_fen == earned(after, world) + dispute.claimed_fen
    total = f"{statement.total_fen // 100:,}.{statement.total_fen % 100:02}"
    mine.goto(product.url(f"/m/statements/{statement.number}/"))
    expect(mine.locator("main")).to_contain_text(total)
    words = printed(statement.pdf)
    assert total in words
    assert capitals(statement.total_fen) in words


def test_two_installers_do_one_order_on_their_phones_and_each_sees_their_share(
    product, world, phone
):
    if not RuleSetVersion.objects.exists():
        publish_rules(key="chain", industry="家电", body=preset(), actor=None)
    li, wang = world.installer, world.other_installer
    order = open_order(world, shop_order(number="E-CHAIN-CREW", buyer_ref="buyer-crew"))
    walking.arrive(order, world)
    add_helper(order_id=order.pk, installer=wang, actor=world.dispatcher)
    helper, lead = phone(wang.user), phone(li.user)

    helper.goto(product.url(f"/m/today/{order.number}/"))
    visits.at(helper, "check_in")
    helper.locator("[data-where]").wait_for()
    visits.press(helper)
    visits.at(helper, "steps")
    with helper.expect_response(lambda answer: "/steps/" in answer.url):
        helper.locator("[data-step] button").first.click()

    walking.prove(order, world)
    lead.goto(product.url(f"/m/today/{order.number}/"))
    visits.at(lead, "complete")
    with lead.expect_navigation():
        visits.press(lead)
    product.drain()
    settlement = Settlement.objects.get(work_order=order, status="active")
    paid = {share.installer_id: share for share in shares_of(settlement)}
    assert set(paid) == {li.pk, wang.pk}
    assert sum(share.amount_fen for share in paid.values()) == settlement.gross_fen
    for page, me, other in ((lead, li, wang), (helper, wang, li)):
        page.goto(product.url(f"/m/earnings/{order.number}/"))
        expect(page.locator(".x-hero")).to_contain_text(money(paid[me.pk].amount_fen))
        expect(page.locator(".x-hero")).to_contain_text(other.user.display_name)
