"""What the orders of a day cost when they are late, by the contract's terms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts.roles import Role
from common import clock
from settlement.engine.delay import Terms
from settlement.plans.delays import DelayPlan, delay_plan
from settlement.plans.keeping import set_delay_terms
from tests.factories import UserFactory
from tests.settlement.company import Company
from tests.workorders.world import open_order, shop_order
from workorders.models import WorkOrder

TERMS = Terms(free_min=30, step_min=60, step_fen=2_000, most_fen=9_000)


def _promised(company: Company, number: str, hours: int, **more: Any) -> WorkOrder:
    """An open order whose window ends so many hours from now."""
    order = open_order(company.world, shop_order(number=number))
    ends = clock.now() + timedelta(hours=hours)
    WorkOrder.objects.filter(pk=order.pk).update(window_ends_at=ends, **more)
    order.refresh_from_db()
    return order


def _plan(company: Company, delay_min: int, **more: Any) -> DelayPlan:
    asked = {"actor": company.finance, "region": None, "day": clock.business_day(), **more}
    return delay_plan(delay_min=delay_min, terms=TERMS, **asked)


def test_open_orders_of_the_day_count_by_delay_or_by_how_late_they_are(company: Company) -> None:
    soon = _promised(company, "E20261103001", 2)
    late = _promised(company, "E20261103002", -3)
    _promised(company, "E20261103003", 40)
    _promised(company, "E20261103004", 2, started_at=clock.now())
    plan = _plan(company, 60)
    assert [(order.number, order.late_min, order.fen) for order in plan.orders] == [
        (late.number, 180, 6_000),
        (soon.number, 60, 2_000),
    ]
    assert (plan.total_fen, plan.with_penalty, plan.already_late) == (8_000, 2, 1)
    assert _plan(company, 0).total_fen == 6_000
    assert _plan(company, 60, region=company.world.hangzhou).total_fen == 8_000
    stranger = UserFactory(role=Role.REGION_MANAGER, unit=company.installer.outlet.parent)
    assert _plan(company, 60, actor=stranger).orders == []


def test_the_page_asks_for_terms_first_and_refuses_nonsense(company: Company, client: Any) -> None:
    client.force_login(company.finance)
    address = "/settlement/delays/"
    assert b"/settlement/delays/terms/" in client.get(address).content
    set_delay_terms(terms=TERMS, source="合同 8", actor=company.finance)
    _promised(company, "E20261103001", 2)
    assert "¥80.00" in client.get(address).content.decode()
    for query in ("day=x", "delay_min=-1", "region=99999999", "delay_min=" + "9" * 30):
        assert client.get(f"{address}?{query}").status_code == 422
