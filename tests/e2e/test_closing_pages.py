"""Finance closes a period in the browser, reads a PDF, and pays out what is available."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from accounts.roles import Role
from settlement.ledger import balances
from settlement.payouts.accounts import keep_account
from settlement.services.parties import installer_party
from tests.factories import UserFactory
from tests.settlement.statement_cast import adjust, period_now, statement_of

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
    expect(other.locator("#answer")).to_have_count(0, timeout=30_000)
    now = balances(party)
    assert (now["available"], now["transit"]) == (0, 0)
    assert now["paid"] == there["paid"] + there["available"]
