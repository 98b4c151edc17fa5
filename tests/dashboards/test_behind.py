"""The list behind a figure is the figure's own: it adds up to it, for whoever may see it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from dashboards import cell
from dashboards.boss import matrix_sums
from dashboards.cell import opened_cell
from dashboards.figures import NOTHING, total
from dashboards.forms import ViewForm
from dashboards.models import RevenueRollup
from dashboards.selectors import WITHOUT_ORDER
from settlement.adjustments.making import Wish, decide_adjustment, make_adjustment
from settlement.services.parties import installer_party, unit_party
from settlement.services.publishing import publish_rules
from settlement.services.settling import reverse_settlement
from settlement.visibility import settlements_seen_whole
from tests.dashboards.hearing import hear, settled
from tests.factories import RegionFactory, UserFactory
from tests.settlement.company import INDUSTRY, preset
from tests.settlement.statement_cast import locked
from tests.settlement.test_bonuses import BONUS
from workorders.models import WorkOrder

MONEY = [Role.HQ_ADMIN, Role.REGION_MANAGER, Role.FINANCE]
PLACES = ["hq", "east", "west", "nanjing", "outlet"]


def reader(company, role, place):
    """A person at headquarters, in the settling, the selling or the lending branch, or its outlet."""
    outlet = company.installer.outlet
    units = {"nanjing": outlet.parent, "outlet": outlet}
    return UserFactory(role=role, unit=units.get(place) or getattr(company.world, place))


def opened(actor, item=None, column=None, on=None):
    form = ViewForm({"on": on.isoformat()} if on else {})
    return opened_cell(actor=actor, view=form.view(), item=item, column=column)


@pytest.fixture
def busy(company):
    """Two settled orders, one taken back, an adjustment, and a bonus at the outlet that lent."""
    body = preset(period=[BONUS], version="2026.2")
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    first = settled(company, "E1")
    settled(company, "E2")
    gone = settled(company, "E3")
    reverse_settlement(order_id=gone.work_order_id, reason="test")
    adjust(company, first)
    company.period = locked(company.finance)
    hear()
    return company


def adjust(company, slip, fen=700):
    wish = Wish(
        payee=installer_party(company.installer), payer=unit_party(company.world.hq),
        amount_fen=fen, reason="多走一趟",
    )  # fmt: skip
    made = make_adjustment(settlement=slip, wish=wish, actor=company.finance)
    approver = UserFactory(role=company.finance.role, unit=company.world.hq)
    decide_adjustment(adjustment_id=made.pk, approve=True, reason="", actor=approver)
    hear()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", MONEY)
def test_every_list_adds_up_to_its_figure_and_holds_only_money_the_reader_sees_in_full(
    busy, role, place
):
    actor = reader(busy, role, place)
    seen = settlements_seen_whole(actor=actor)
    on = busy.period.ends_on
    whole = opened(actor, on=on)
    assert whole.figures == total(row.sums for row in whole.rows)
    assert whole.figures.orders == seen.filter(status="active").count()
    orders = {row.order.pk for row in whole.rows if row.order}
    assert orders <= set(seen.values_list("work_order", flat=True))
    view = ViewForm({"on": on.isoformat()}).view()
    for (item, column), figures in matrix_sums(actor=actor, view=view).now.items():
        cell_of = opened(actor, item, column, on)
        assert cell_of.figures == figures == total(row.sums for row in cell_of.rows)


def test_who_lent_an_installer_reads_the_own_bonus_and_nothing_of_the_order(busy):
    on = busy.period.ends_on
    lender = opened(reader(busy, Role.REGION_MANAGER, "nanjing"), on=on)
    assert [row.order for row in lender.rows] == [None]
    assert (lender.figures.installer_fen, lender.figures.revenue_fen) == (2_000, 0)
    settler = opened(reader(busy, Role.REGION_MANAGER, "east"), on=on)
    assert all(row.order for row in settler.rows)
    assert settler.figures.revenue_fen == 2 * 28_000


def test_an_adjustment_is_a_row_of_its_own_with_its_reason(company, client):
    adjust(company, settled(company))
    client.force_login(company.world.admin)
    answer = client.get("/dashboards/boss/cell/")
    rows = answer.context["cell"].rows
    assert [bool(row.words) for row in rows] == [True, False]
    assert rows[0].sums.installer_fen == 700
    assert rows[0].order == rows[1].order
    assert "多走一趟" in answer.content.decode()


def test_an_order_that_moved_stays_behind_the_figure_it_is_in(company):
    slip = settled(company)
    WorkOrder.objects.filter(pk=slip.work_order_id).update(
        site_region=RegionFactory(), settled_by=company.world.west
    )
    for place, orders in (("east", 1), ("west", 0)):
        found = opened(reader(company, Role.FINANCE, place))
        assert (found.figures.orders, len(found.rows)) == (orders, orders)


def test_what_is_taken_back_is_gone_from_figure_and_list_at_once(company):
    slip = settled(company)
    reverse_settlement(order_id=slip.work_order_id, reason="test")
    before = opened(company.world.admin)
    assert (before.figures.orders, len(before.rows)) == (1, 1)
    hear()
    after = opened(company.world.admin)
    assert (after.figures, after.rows) == (NOTHING, [])


def test_older_rows_are_one_line_with_what_they_add(company, client, monkeypatch):
    monkeypatch.setattr(cell, "MOST_ROWS", 2)
    for n in range(3):
        settled(company, f"E{n}")
    client.force_login(company.world.admin)
    found = client.get("/dashboards/boss/cell/").context["cell"]
    assert (len(found.rows), found.more, found.rest.revenue_fen) == (2, 1, 28_000)
    assert found.rest + total(row.sums for row in found.rows) == found.figures


def test_a_list_asks_as_often_for_many_rows_as_for_few(busy):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            opened(busy.world.admin, on=busy.period.ends_on)
        return len(queries)

    asked()
    few = asked()
    for n in range(4):
        adjust(busy, settled(busy, f"M{n}"), fen=100 + n)
    assert asked() == few


def test_money_without_an_order_opens_by_its_own_row(busy):
    bonus = opened(busy.world.admin, item=WITHOUT_ORDER, on=busy.period.ends_on)
    assert [row.words for row in bonus.rows] == ["月度阶梯奖"]
    assert RevenueRollup.objects.get(item=None).installer_fen == bonus.figures.installer_fen
