"""A business area with more than a hundred orders in a month asks its manager once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused
from network.models import Region
from settlement.heat.asking import ask_managers, decide_heat
from settlement.heat.selectors import areas_shown, orders_by_area, waiting_heats
from settlement.models import AreaHeat, PriceSurcharge
from settlement.quotations.surcharging import surcharges_in_use
from tests.factories import UnitFactory, UserFactory
from tests.settlement.company import completed
from workorders.models import WorkOrder

pytestmark = pytest.mark.django_db


@pytest.fixture
def area(company):
    """A business area of Hangzhou with 101 orders completed this month and 40 the month before."""
    made = Region.objects.create(
        name="武林商圈", level=Region.Level.BUSINESS_AREA, parent=company.world.hangzhou,
        code="HZ-WL", path=f"{company.world.hangzhou.path}HZ-WL/",
    )  # fmt: skip
    order = completed(company)
    order.site_region = made
    order.save(update_fields=["site_region"])
    copied(order, 100, order.completed_at)
    copied(order, 40, order.completed_at - timedelta(days=20))
    return made


def copied(order: WorkOrder, count: int, moment) -> None:
    """More orders like one: their number and day are all that is counted."""
    lines, rows = [], []
    start = WorkOrder.objects.count()
    for n in range(start, start + count):
        line = type(order.line).objects.get(pk=order.line_id)
        line.pk, line.line_id = None, f"H{n}"
        lines.append(line)
    lines = type(order.line).objects.bulk_create(lines)
    for n, line in enumerate(lines, start):
        row = WorkOrder.objects.get(pk=order.pk)
        row.pk, row.number, row.completed_at, row.line = None, f"H{n}", moment, line
        rows.append(row)
    WorkOrder.objects.bulk_create(rows)


def test_more_than_a_hundred_orders_ask_once_a_month_and_are_counted_on(area, company):
    today = clock.business_day()
    assert orders_by_area(today.replace(day=1)) == {area.pk: 101}
    (heat,) = ask_managers(on=today)
    assert (heat.area, heat.orders) == (area, 101)
    assert ask_managers(on=today) == []
    WorkOrder.objects.filter(number="H1").delete()
    assert ask_managers(on=today) == []
    heat.refresh_from_db()
    assert heat.orders == 100


def test_a_hundred_orders_ask_nobody(area):
    WorkOrder.objects.filter(number="H1").delete()
    assert ask_managers(on=clock.business_day()) == []


def test_a_decision_needs_a_reason_and_is_made_once(area, company):
    (heat,) = ask_managers(on=clock.business_day())
    with pytest.raises(Refused):
        decide_heat(heat_id=heat.pk, raises=False, reason=" ", actor=company.manager)
    decide_heat(heat_id=heat.pk, raises=False, reason="竞品未涨价", actor=company.manager)
    with pytest.raises(Conflict):
        decide_heat(heat_id=heat.pk, raises=True, reason="订单太多", actor=company.finance)
    heat.refresh_from_db()
    assert (heat.state, heat.reason) == (AreaHeat.State.KEPT, "竞品未涨价")


def test_managers_are_asked_about_their_own_areas_alone(area, company):
    ask_managers(on=clock.business_day())
    stranger = UserFactory(role=Role.REGION_MANAGER, unit=UnitFactory(code="FAR", name="远方"))
    assert waiting_heats(actor=company.world.admin) == 1
    assert waiting_heats(actor=stranger) == 0
    assert areas_shown(actor=stranger) == []
    (shown,) = areas_shown(actor=company.world.admin)
    assert shown.months == (0, 0, 0, 0, 40, 101)


def test_a_raise_becomes_a_row_of_the_surcharges_that_does_not_count_yet(area, company, client):
    (heat,) = ask_managers(on=clock.business_day())
    client.force_login(company.world.admin)
    page = reverse("settlement:heat-decide", args=[heat.pk])
    post = {"decision": "raise", "reason": "订单太多", "percent": "90", "_idempotency_key": "k1"}
    assert client.post(page, post).status_code == 422
    assert not PriceSurcharge.objects.exists()
    answer = client.post(page, post | {"percent": "8", "_idempotency_key": "k2"})
    assert answer.status_code == 302
    plan = client.get(answer.url)
    assert plan.context["form"]["region"].value() == str(area.pk)
    row = PriceSurcharge.objects.get()
    assert (row.region, row.rate_bp, row.is_active, row.reason) == (area, 800, False, "订单太多")
    assert surcharges_in_use() == []


@pytest.mark.parametrize("posted", [{"reason": "忙"}, {"decision": "maybe", "reason": "忙"}])
def test_a_decision_that_says_neither_is_refused(area, company, client, posted):
    (heat,) = ask_managers(on=clock.business_day())
    client.force_login(company.world.admin)
    page = reverse("settlement:heat-decide", args=[heat.pk])
    assert client.post(page, posted | {"_idempotency_key": "k1"}).status_code == 422
    long = {"decision": "keep", "reason": "忙" * 400, "_idempotency_key": "k2"}
    assert client.post(page, long).status_code == 302
