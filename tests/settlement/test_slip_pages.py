"""What people at desks see of settlements and rules, each in their own scope."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from common.formatting import money
from settlement.events import ProblemsToTry
from settlement.models import RuleSetVersion, Settlement
from settlement.services.publishing import publish_preset
from settlement.services.retrying import try_next
from settlement.slips import slip_of
from tests.browsing import TenantClient
from tests.factories import UserFactory
from tests.settlement.company import Company, completed, hear, settled
from tests.workorders.world import shop_order


def url(name: str, *args: Any) -> str:
    return reverse(f"settlement:{name}", args=args, urlconf="config.urls")


def page(client: TenantClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_finance_sees_every_partys_lines(company: Company, client: TenantClient) -> None:
    settlement = settled(company)
    client.force_login(company.finance)
    text = page(client, url("slip-detail", settlement.pk))
    for words in ("浙江代理", "华东分公司", "增值税", "¥280.00", "−¥7.97"):
        assert words in text


def test_an_outlet_manager_sees_only_the_outlets_own_installers(company: Company) -> None:
    settlement = settled(company)
    slip = slip_of(settlement, actor=company.manager)
    assert [share.party_role for share in slip.shares] == ["installer"]
    assert not slip.whole


@pytest.mark.parametrize(
    ("unit", "roles"),
    [
        ("east", ["installer", "channel", "tax", "hq", "branch", "agent"]),
        ("west", []),
    ],
)
def test_a_region_manager_sees_all_of_what_the_own_branch_settles(
    company: Company, unit: str, roles: list[str]
) -> None:
    actor = UserFactory(role=Role.REGION_MANAGER, unit=getattr(company.world, unit))
    slip = slip_of(settled(company), actor=actor)
    assert [share.party_role for share in slip.shares] == roles


def test_who_only_sold_an_order_reads_no_money_of_its_installer(
    company: Company, client: TenantClient
) -> None:
    settlement = settled(company)
    seller = UserFactory(role=Role.FINANCE, unit=company.world.west)
    earned = money(settlement.gross_fen)
    client.force_login(company.finance)
    assert page(client, url("slip-list")).count(earned) == 3
    client.force_login(seller)
    listed = page(client, url("slip-list"))
    assert settlement.work_order.number in listed
    assert earned not in listed
    assert slip_of(settlement, actor=seller).releases == ()
    assert client.get(url("adjustment-make", settlement.pk)).status_code == 403


def test_a_settlement_of_strangers_is_not_found(company: Company, client: TenantClient) -> None:
    settlement = settled(company)
    client.force_login(UserFactory(role=Role.OUTLET_MANAGER, unit=company.world.stranger.unit))
    assert client.get(url("slip-detail", settlement.pk)).status_code == 404


def test_a_dispatcher_sees_no_money_of_an_order(company: Company, client: TenantClient) -> None:
    settlement = settled(company)
    client.force_login(company.world.dispatcher)
    assert client.get(url("slip-list")).status_code == 403
    order = reverse(
        "workorders:order-detail", args=[settlement.work_order.number], urlconf="config.urls"
    )
    assert "x-money-title" not in page(client, order)
    client.force_login(company.finance)
    assert "x-money-title" in page(client, order)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1), ("?state=active", 1), ("?state=reversed", 0), ("?state=provisional", 0),
        ("?q=WO-2026", 1), ("?q=nobody", 0), ("?period=x&branch=999&state=zzz&page=-4", 1),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_its_filters(
    company: Company, client: TenantClient, query: str, found: int
) -> None:
    settled(company)
    client.force_login(company.finance)
    assert client.get(url("slip-list") + query).context["page"].paginator.count == found


def test_the_list_costs_the_same_for_one_row_and_for_three(
    company: Company, client: TenantClient
) -> None:
    settled(company)
    client.force_login(company.finance)
    page(client, url("slip-list"))
    with CaptureQueriesContext(connection) as one:
        page(client, url("slip-list"))
    settled(company, "E2")
    settled(company, "E3")
    with CaptureQueriesContext(connection) as three:
        page(client, url("slip-list"))
    assert len(three) == len(one)


def test_what_is_not_settled_stands_on_top_and_can_be_tried_again(
    company: Company, client: TenantClient
) -> None:
    company.world.item.industry = "pianos"
    company.world.item.save()
    order = completed(company)
    hear()
    client.force_login(company.finance)
    assert order.number in page(client, url("slip-list"))
    company.world.item.industry = "home_appliances"
    company.world.item.save()
    assert client.post(url("problem-retry")).status_code == 302
    assert not order.settlements.exists()  # not within the request
    hear()
    assert order.settlements.filter(status="active").count() == 1


def test_trying_again_tries_the_orders_of_the_own_units_one_after_the_other(
    company: Company, client: TenantClient
) -> None:
    company.world.item.industry = "pianos"
    company.world.item.save()
    orders = [completed(company, shop_order(number=f"E{n}")) for n in range(3)]
    hear()
    company.world.item.industry = "home_appliances"
    company.world.item.save()
    east, west = (
        UserFactory(role=Role.FINANCE, unit=unit)
        for unit in (company.world.east, company.world.west)
    )
    client.force_login(west)
    assert client.post(url("problem-retry")).status_code == 302
    hear()
    assert not Settlement.objects.exists()
    assert try_next(ProblemsToTry(east.pk, "e"), actor=east, limit=2) == 2
    assert Settlement.objects.count() == 2
    hear()
    assert {row.work_order_id for row in Settlement.objects.all()} == {row.pk for row in orders}


def test_only_who_runs_statements_may_try_again(company: Company, client: TenantClient) -> None:
    client.force_login(company.manager)
    assert client.post(url("problem-retry")).status_code == 403


@pytest.mark.parametrize("industry", ["home_appliances", "ev_chargers", "bathrooms"])
def test_every_contract_can_be_read_with_an_example(
    company: Company, client: TenantClient, industry: str
) -> None:
    publish_preset(industry, actor=None)
    version = RuleSetVersion.objects.get(rule_set__key=industry)
    client.force_login(company.finance)
    text = page(client, url("rule-detail", version.pk))
    assert all(part["label"] in text for part in version.body["components"])
    assert "%(" not in text
    assert version.number in page(client, url("rule-list"))


def test_the_example_is_the_latest_job(company: Company, client: TenantClient) -> None:
    settlement = settled(company)
    client.force_login(company.finance)
    assert settlement.work_order.number in page(client, url("rule-detail", settlement.version_id))
