"""What an installer sees of the money, on the phone."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.urls import reverse

from settlement.balance_jobs import balance_jobs
from settlement.earnings import BARS
from settlement.explaining import ShownLine, bars_of
from settlement.ledger import balances
from settlement.services.parties import installer_party
from tests.browsing import TenantClient
from tests.settlement.company import Company, completed, hear, settled


def url(name: str, *args: Any) -> str:
    return reverse(f"settlement-phone:{name}", args=args, urlconf="config.urls")


@pytest.fixture
def phone(company: Company, client: TenantClient) -> TenantClient:
    client.force_login(company.installer.user)
    return client


def test_the_page_names_net_estimate_and_days_of_payment(
    company: Company, phone: TenantClient
) -> None:
    settlement = settled(company)
    text = phone.get(url("job", settlement.work_order.number)).content.decode()
    for words in ("¥241.12", "¥168.78", "¥48.22", "¥24.12", "11.221 km", "2025.1"):
        assert words in text
    assert 'data-live="1"' not in text


def test_a_poll_gets_nothing_until_the_job_is_settled(
    company: Company, phone: TenantClient
) -> None:
    order = completed(company)
    page = url("job", order.number)
    assert 'data-live="1"' in phone.get(page).content.decode()
    assert phone.get(page, headers={"HX-Request": "true"}).status_code == 204
    hear()
    answer = phone.get(page, headers={"HX-Request": "true"})
    assert (answer.status_code, "¥241.12" in answer.content.decode()) == (286, True)
    led_on = phone.get(f"{page}?go=1", headers={"HX-Request": "true"})
    assert led_on["HX-Redirect"] == page


def test_an_order_nobody_can_settle_says_so_and_stops_polling(
    company: Company, phone: TenantClient
) -> None:
    company.world.item.category = "钢琴"
    company.world.item.save()
    order = completed(company)
    hear()
    page = url("job", order.number)
    assert phone.get(page, headers={"HX-Request": "true"}).status_code == 286
    assert "¥0.00" not in phone.get(page).content.decode()


def test_another_installers_job_is_not_found(company: Company, client: TenantClient) -> None:
    settlement = settled(company)
    client.force_login(company.world.other_installer.user)
    assert client.get(url("job", settlement.work_order.number)).status_code == 404


@pytest.mark.parametrize(
    ("name", "args"), [("earnings", ()), ("job", ("WO-1",)), ("balance", ("held",))]
)
def test_people_at_desks_have_no_earnings_page(
    company: Company, client: TenantClient, name: str, args: tuple[str, ...]
) -> None:
    client.force_login(company.finance)
    assert client.get(url(name, *args)).status_code in {403, 404}


def test_the_month_shows_weeks_balances_and_jobs(company: Company, phone: TenantClient) -> None:
    settlement = settled(company)
    text = phone.get(url("earnings")).content.decode()
    for words in ("¥241.12", "2–8", "¥168.78", settlement.work_order.number):
        assert words in text


def test_the_months_poll_gets_204_until_money_moved(company: Company, phone: TenantClient) -> None:
    settled(company)
    page = phone.get(url("earnings"))
    poll = {"HTTP_HX_REQUEST": "true"}
    shown = html.unescape(page.content.decode())
    [address] = re.findall(r'id="x-month"[^>]*hx-get="([^"]+)"', shown)
    assert phone.get(address, **poll).status_code == 204
    settled(company, "E20261102002")
    answer = phone.get(address, **poll)
    assert answer.status_code == 200
    assert "¥482.24" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_the_month_leads_to_statements_account_and_disputes(phone: TenantClient) -> None:
    month = phone.get("/m/earnings/").content.decode()
    for part in ("/m/statements/", "/m/bank-account/", "/m/disputes/"):
        assert f'href="{part}"' in month
        page = phone.get(part).content.decode()
        assert 'class="x-phone-top"' in page
        assert 'href="/m/earnings/"' in page


@pytest.mark.parametrize(
    ("query", "jobs"),
    [
        ("?week=2026-11-02", 1),
        ("?week=2026-11-09", 0),
        ("?month=2026-10", 0),
        ("?month=zzz", 1),
        ("?week=9999-12-31", 1),
    ],
)
def test_a_week_opens_to_its_jobs(
    company: Company, phone: TenantClient, query: str, jobs: int
) -> None:
    settled(company)
    answer = phone.get(url("earnings") + query)
    assert answer.context["page"].paginator.count == jobs


@pytest.mark.parametrize("kind", ["available", "pending", "held", "paid"])
def test_a_balance_is_the_sum_of_the_jobs_it_opens_to(
    company: Company, phone: TenantClient, kind: str
) -> None:
    settled(company)
    settled(company, "E20261102002")
    jobs = balance_jobs(installer=company.installer, kind=kind)
    whole = balances(installer_party(company.installer))[kind]
    assert sum(job.amount_fen for job in jobs) == whole
    assert phone.get(url("balance", kind)).context["page"].paginator.count == len(jobs)


def test_a_balance_of_no_such_kind_is_not_found(phone: TenantClient) -> None:
    assert phone.get(url("balance", "clearing")).status_code == 404


def test_too_many_bars_become_seven_with_the_same_sum() -> None:
    lines = [ShownLine(f"L{n}", f"行{n}", "", n, (), False, "installer", "") for n in range(1, 12)]
    bars = bars_of(lines, BARS)
    assert (len(bars), sum(bar.amount_fen for bar in bars)) == (7, 66)
    assert bars[0].label == "行1"
