"""Finance closes a period in the browser, reads a PDF, and pays out what is available."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from accounts.roles import Role
from common import clock
from settlement.ledger import balances
from settlement.payouts.accounts import keep_account
from settlement.services.parties import installer_party
from settlement.services.periods import period_of
from tests.factories import InstallerFactory, UserFactory
from tests.settlement.statement_cast import adjust, computed, period_now, statement_of

pytestmark = pytest.mark.browser


def test_a_period_is_closed_printed_and_paid_out(world, desk, product, axe):
    first, second = (UserFactory(role=Role.FINANCE, unit=world.hq) for _ in range(2))
    party = installer_party(world.installer)
    adjust(party, 50_000, key="e2e:closing")
    keep_account(
        party_id=party.pk, holder=party.name, bank="工行", number="6222021234567890123", actor=first
    )
    there = balances(party)
    page, name = desk(first), str(period_now())
    page.goto(product.url(f"/settlement/runs/{name}/"))
    page.locator('form[action$="/start/"] button').first.click()
    expect(page.locator("#run-progress")).to_be_visible()
    product.drain()
    # The page's own poll loads it anew when the run is done; a reload of ours would race with it.
    expect(page.locator("#lock-typed")).to_be_visible(timeout=30_000)
    page.locator("#lock-typed").fill(name)
    axe(page)
    page.locator("#lock-form button").click()
    expect(page.locator("#close-form")).to_be_visible(timeout=30_000)
    expect(page.locator("#close-form button")).to_be_disabled()
    product.drain()
    expect(page.locator("#close-form button")).to_be_enabled(timeout=30_000)
    page.locator("#close-form button").click()
    expect(page.locator("#close-form")).to_have_count(0, timeout=30_000)
    # The queue was worked off here, so the file lies with this process, not with the server.
    with statement_of(party).pdf.open("rb") as made:
        words = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(made.read())).pages)
    assert "500.00" in words

    page.goto(product.url("/settlement/payouts/"))
    page.locator("#outlook button").click()
    expect(page.locator("#approve")).to_be_visible(timeout=30_000)
    expect(page.locator("#approve .btn-primary")).to_have_count(0)
    other = desk(second)
    other.goto(page.url)
    other.locator("#approve .btn-primary").click()
    expect(other.locator("#export")).to_be_visible(timeout=30_000)
    with other.expect_download() as got:
        other.locator("#export .btn-primary").click()
    file = got.value.path().read_bytes().decode("utf-8-sig")
    assert "6222021234567890123" in file
    other.reload()
    axe(other)
    other.locator("#all-paid").click()
    expect(other.locator("#all-paid")).to_have_count(0, timeout=30_000)
    now = balances(party)
    assert (now["available"], now["transit"]) == (0, 0)
    assert now["paid"] == there["paid"] + there["available"]


@pytest.fixture
def period(world):
    """A computed period with statements of four installers, after the one that is closed here."""
    found = period_of(period_now().ends_on + timedelta(days=1))
    if not found.runs.exists():
        with clock.moved_to(clock.day_span(found.starts_on)[0] + timedelta(hours=9)):
            for n in range(4):
                installer = InstallerFactory(outlet=world.installer.outlet)
                adjust(installer_party(installer), 10_000 * (n + 1), key=f"e2e:chosen:{n}")
        computed(UserFactory(role=Role.FINANCE, unit=world.hq), found)
    return found


def test_statements_are_chosen_by_keys_and_fetched_as_one_zip(world, desk, product, axe, period):
    page = desk(UserFactory(role=Role.FINANCE, unit=world.hq))
    page.goto(product.url(f"/settlement/runs/{period}/"))
    rows, said = page.locator("[id^=statement-]"), page.locator("[data-pick-said]")
    count, send = rows.count(), page.locator("[data-pick-send]")
    assert count >= 4
    expect(send).to_be_disabled()
    page.keyboard.press("x")
    expect(rows.nth(0)).to_be_focused()
    expect(page.locator(".x-picked")).to_have_count(0)
    page.keyboard.press("x")
    expect(rows.nth(0).locator("input")).to_be_checked()
    for key in ("j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator(".x-picked")).to_have_count(3)
    expect(said).to_contain_text("3")
    page.locator("[data-pick-all]").check()
    expect(page.locator(".x-picked")).to_have_count(count)
    page.locator("[data-pick-none]").click()
    expect(page.locator(".x-picked")).to_have_count(0)
    rows.nth(1).locator("label").click()
    rows.nth(3).locator("input").click(modifiers=["Shift"])
    expect(page.locator(".x-picked")).to_have_count(3)
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator(".x-picked")).to_have_count(2)
    axe(page)
    send.click()
    expect(page.locator("#chosen")).to_be_visible()
    product.drain()
    expect(page.locator("#chosen a[href$='/chosen/file/']")).to_be_visible(timeout=30_000)


def test_statements_are_chosen_on_a_phone(world, phone, product, axe, period):
    page = phone(UserFactory(role=Role.FINANCE, unit=world.hq))
    page.goto(product.url(f"/settlement/runs/{period}/"))
    box = page.locator("[id^=statement-] .x-pick label").first
    size = box.bounding_box()
    assert min(size["width"], size["height"]) >= 44
    box.tap()
    expect(page.locator("[data-pick-send]")).to_be_in_viewport()
    expect(page.locator("[data-pick-send]")).to_be_enabled()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    axe(page)
