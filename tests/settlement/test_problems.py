"""What cannot be settled says why, and is settled when the reason is gone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from common import clock
from common.outbox.models import OutboxRow
from network.models import OrgUnit
from settlement.events import ProblemsToTry
from settlement.models import Settlement, SettlementProblem
from settlement.services.publishing import publish_rules
from settlement.services.retrying import retry_waiting, try_next
from settlement.slips import open_problems
from tests.settlement.company import INDUSTRY, Company, completed, hear, preset, settled
from tests.workorders.world import shop_order


def uneven() -> list[dict[str, Any]]:
    return [part for part in preset()["components"] if part["code"] != "SPLIT"]


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("no_rules", {"industry": "pianos"}),
        ("no_price", {"category": "钢琴"}),
    ],
)
def test_an_order_without_rule_or_price_stands_as_a_problem(
    company: Company, code: str, change: dict[str, str]
) -> None:
    item = company.world.item
    for field, value in change.items():
        setattr(item, field, value)
    item.save()
    order = completed(company)
    hear()
    assert order.settlement_problem.code == code
    assert not Settlement.objects.exists()


def test_rules_that_do_not_hand_out_everything_settle_nothing(company: Company) -> None:
    body = preset(version="bad", effective_from="2026-01-01", components=uneven())
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    order = completed(company)
    hear()
    assert order.settlement_problem.code == "uneven"


def test_a_unit_the_rules_pay_that_got_another_code_is_a_problem_until_it_has_it_again(
    company: Company,
) -> None:
    body = preset(version="2026.1", effective_from="2026-01-01")
    [split] = [part for part in body["components"] if part["code"] == "SPLIT"]
    for share in split["shares"]:
        share["party"] = "unit:AG1" if share["party"] == "agent" else share["party"]
    body["parties"].append("unit:AG1")
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    hear()
    OrgUnit.objects.filter(pk=company.agent.pk).update(code="AG2")
    order = completed(company)
    hear()
    assert order.settlement_problem.code == "no_payee"
    assert order.settlement_problem.missing == ["unit:AG1"]
    [shown] = open_problems(actor=company.finance)
    assert "AG1" in shown.missing
    OrgUnit.objects.filter(pk=company.agent.pk).update(code="AG1")
    assert retry_waiting(wanted_by="somebody") == 1
    hear()
    assert not SettlementProblem.objects.exists()


def test_publishing_the_missing_price_settles_what_waited(company: Company) -> None:
    company.world.item.category = "钢琴"
    company.world.item.save()
    order = completed(company)
    hear()
    body = preset(version="2026.1", effective_from="2026-01-01")
    body["grids"]["price"]["fen"]["钢琴"] = 20_000
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    hear()
    assert order.settlements.get().version.effective_from == date(2026, 1, 1)
    assert not SettlementProblem.objects.exists()


def test_trying_again_changes_nothing_while_the_reason_stands(company: Company) -> None:
    company.world.item.category = "钢琴"
    company.world.item.save()
    completed(company)
    hear()
    assert retry_waiting(wanted_by="somebody") == 1
    hear()
    assert SettlementProblem.objects.count() == 1


def test_a_round_takes_a_few_orders_a_transaction_by_their_ids_and_no_order_twice(
    company: Company,
) -> None:
    company.world.item.category = "钢琴"
    company.world.item.save()
    orders = sorted(completed(company, shop_order(number=f"E{n}")).pk for n in range(3))
    hear()
    # The last order has the oldest problem: the locks follow the orders all the same.
    for days, order_id in enumerate(orders):
        noted = clock.now() - timedelta(days=days)
        SettlementProblem.objects.filter(work_order=order_id).update(noted_at=noted)
    first = ProblemsToTry(0, "round")
    steps = OutboxRow.objects.filter(topic="ProblemsToTry", payload__asked="round")
    for _start in range(2):  # the second as after a killed worker
        assert try_next(first, actor=None, limit=2) == 0
        assert [row.payload["after"] for row in steps] == [orders[1]]
    body = preset(version="2026.1", effective_from="2026-01-01")
    body["grids"]["price"]["fen"]["钢琴"] = 20_000
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    assert try_next(first, actor=None, limit=2) == 2
    assert set(Settlement.objects.values_list("work_order", flat=True)) == set(orders[:2])
    hear()
    assert not SettlementProblem.objects.exists()


def test_the_same_wish_starts_one_round(company: Company) -> None:
    company.world.item.category = "钢琴"
    company.world.item.save()
    completed(company)
    hear()
    retry_waiting(wanted_by="hour-1")
    retry_waiting(wanted_by="hour-1")
    assert OutboxRow.objects.filter(topic="ProblemsToTry").count() == 1


def test_a_missing_fact_makes_the_line_provisional_and_never_zero_in_silence(
    company: Company,
) -> None:
    order = completed(company, shop_order())
    outlet = company.installer.outlet
    outlet.lon = outlet.lat = None
    outlet.save()
    order.distance_m = None
    order.save()
    hear()
    settlement = order.settlements.get()
    distance = settlement.lines.get(code="DIST")
    assert settlement.provisional
    assert (distance.provisional, distance.because["unknown"]) == (True, ["distance_m"])


def test_a_settled_order_has_no_problem(company: Company) -> None:
    assert not hasattr(settled(company).work_order, "settlement_problem")
