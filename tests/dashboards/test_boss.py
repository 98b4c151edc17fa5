"""What the boss reads, within what each person may see."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.roles import Role
from common import clock
from common.formatting import money
from dashboards.models import RevenueRollup
from dashboards.selectors import outlet_days
from network.models import OrgUnit, Region, RegionDivision
from settlement.models import Settlement
from settlement.selectors import figures_of
from settlement.services.settling import reverse_settlement
from tests.dashboards.hearing import hear, settled
from tests.factories import InstallerFactory, RegionFactory, UnitFactory, UserFactory
from tests.settlement.company import completed
from tests.workorders.walking import assign
from tests.workorders.world import open_order, shop_order

BOSS = "/dashboards/boss/"


@pytest.fixture(autouse=True)
def in_english(client):
    client.cookies["lang"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def boss(client, company):
    client.force_login(company.world.admin)
    return client


def page(client, **asked):
    return client.get(BOSS, asked).context["page"]


def roll_up(company, region, revenue_fen, day=None, **fields):
    return RevenueRollup.objects.create(
        day=day or clock.business_day(),
        region=region,
        item=company.world.item,
        orders=1,
        revenue_fen=revenue_fen,
        margin_fen=revenue_fen // 4,
        **fields,
    )


def test_a_settled_order_moves_figures_matrix_and_province(boss, company):
    assert page(boss).kpis[0].value == "¥0.00"
    settled(company)
    shown = page(boss)
    assert shown.kpis[0].value == "¥280.00"
    assert [head.name for head in shown.matrix.heads] == ["杭州"]
    assert [(row.name, row.sum) for row in shown.matrix.rows] == [("挂机空调安装", "280")]
    assert shown.tiles["33"].words == "280"


def test_a_poll_gets_204_until_something_changed(boss, company):
    settled(company)
    asked = {"stamp": page(boss).stamp}
    poll = {"HTTP_HX_REQUEST": "true"}
    assert boss.get(BOSS, asked, **poll).status_code == 204
    settled(company, number="E20261102002")
    answer = boss.get(BOSS, asked, **poll)
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert answer.content.lstrip().startswith(b'<div id="boss"')


def test_a_region_manager_sees_the_own_branch_alone(client, company):
    settled(company)
    stranger = UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=company.world.hq)
    roll_up(company, company.world.hangzhou, 500_00, branch=stranger)
    seen = {}
    for name, unit in {"own": company.world.east, "other": stranger}.items():
        client.force_login(UserFactory(role=Role.REGION_MANAGER, unit=unit))
        seen[name] = page(client).matrix.sum
    client.force_login(company.world.admin)
    assert (seen, page(client).matrix.sum) == ({"own": "280", "other": "500"}, "780")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.HQ_ADMIN, 200),
        (Role.FINANCE, 200),
        (Role.REGION_MANAGER, 200),
        (Role.OUTLET_MANAGER, 403),
        (Role.DISPATCHER, 403),
        (Role.INSTALLER, 403),
    ],
)
@pytest.mark.parametrize("path", ["", "cell/", "export/"])
def test_margins_are_for_those_who_answer_for_money(client, company, role, status, path):
    client.force_login(UserFactory(role=role, unit=company.world.hq))
    assert client.get(BOSS + path).status_code == status


def test_a_cell_opens_to_its_weeks_parties_and_orders(boss, company):
    settlement = settled(company)
    cell = page(boss).matrix.rows[0].cells[0]
    asked = {"item": company.world.item.pk, "column": cell.column}
    opened = boss.get(f"{BOSS}cell/", asked).context["cell"]
    assert opened.title == "挂机空调安装 · 杭州"
    assert [row.order.number for row in opened.rows] == [settlement.work_order.number]
    figures = opened.figures
    parts = figures.installer_fen, figures.channel_fen, figures.tax_fen, figures.margin_fen
    assert sum(parts) == figures.revenue_fen == 28_000
    assert [part.words for part in opened.parts][-1] == f"Margin {money(figures.margin_fen)}"
    assert sum(week.amount for week in opened.weeks) == 28_000


def test_a_drawer_and_a_page_of_its_own_show_the_same_cell(boss, company):
    settlement = settled(company)
    number = settlement.work_order.number
    drawer = boss.get(f"{BOSS}cell/", HTTP_HX_REQUEST="true").content.decode()
    whole = boss.get(f"{BOSS}cell/").content.decode()
    assert number in drawer
    assert number in whole
    assert "<html" not in drawer


def test_a_cell_of_a_strangers_branch_holds_no_order(client, company):
    settled(company)
    stranger = UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=company.world.hq)
    client.force_login(UserFactory(role=Role.REGION_MANAGER, unit=stranger))
    opened = client.get(f"{BOSS}cell/").context["cell"]
    assert (opened.rows, opened.figures.orders) == ([], 0)


def test_sites_are_shown_under_their_city_province_or_big_region(boss, company):
    hangzhou = company.world.hangzhou
    west_lake = RegionFactory(name="西湖区", parent=hangzhou, level=Region.Level.COUNTY)
    roll_up(company, west_lake, 100_00)
    roll_up(company, hangzhou.parent, 50_00)
    heads = {
        level: [(head.name, head.sum) for head in page(boss, level=level).matrix.heads]
        for level in ("city", "province")
    }
    assert heads == {
        "city": [("杭州", "100"), ("浙江", "50")],
        "province": [("浙江", "150")],
    }
    for column, fen in ((hangzhou.pk, 100_00), (hangzhou.parent.pk, 50_00)):
        opened = boss.get(f"{BOSS}cell/", {"column": column}).context["cell"]
        assert opened.figures.revenue_fen == fen


def test_an_unplaced_site_has_a_column_of_its_own(boss, company):
    roll_up(company, None, 70_00)
    assert [head.name for head in page(boss).matrix.heads] == ["Not located"]
    opened = boss.get(f"{BOSS}cell/", {"column": 0}).context["cell"]
    assert opened.figures.revenue_fen == 70_00


def test_a_province_narrows_the_matrix(boss, company):
    jiangsu = RegionFactory(name="江苏", level=Region.Level.PROVINCE)
    RegionDivision.objects.create(code="320000", region=jiangsu)
    roll_up(company, jiangsu, 10_00)
    roll_up(company, company.world.hangzhou, 20_00)
    assert page(boss).matrix.sum == "30"
    assert page(boss, province="32").matrix.sum == "10"


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "century", "show": "'; DROP", "level": "moon", "province": "xx", "on": "yesterday"},
        {"on": "0001-01-01", "by": "week"},
        {"on": "9999-12-31", "by": "quarter"},
        {"item": "99999999999999999999", "column": "-5"},
    ],
)
@pytest.mark.parametrize("path", ["", "cell/", "export/"])
def test_a_question_without_sense_shows_this_month(boss, asked, path):
    assert boss.get(BOSS + path, asked).status_code == 200


def test_the_file_holds_every_measure_and_defuses_formulas(boss, company):
    settlement = settled(company)
    RevenueRollup.objects.update(item=company.world.repair)
    company.world.repair.name = "=1+1"
    company.world.repair.save()
    answer = boss.get(f"{BOSS}export/")
    header, line = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header[:4] == ["Service item", "Region", "Orders", "Revenue"]
    assert line[:4] == ["'=1+1", "杭州", "1", "280.00"]
    assert line[4] == f"{settlement.gross_fen / 100:.2f}"


def test_overdue_orders_are_counted_as_exceptions_and_listed(boss, company):
    order = open_order(company.world)
    assert page(boss).kpis[3].value == "0"
    order.due_at = clock.now().replace(year=2020)
    order.save()
    shown = page(boss)
    assert shown.kpis[3].value == "1"
    assert [alert.title for alert in shown.alerts] == ["Overdue"]


def test_an_order_on_hold_is_an_exception_unless_its_flow_gave_it_to_another_department(
    boss, company
):
    order = open_order(company.world)
    order.meaning, order.hold_reason = "ON_HOLD", ""
    order.save()
    assert page(boss).kpis[3].value == "0"
    order.hold_reason = "客户要求改到下周"
    order.save()
    assert page(boss).kpis[3].value == "1"


def test_a_completed_order_that_cannot_be_settled_is_told_with_the_reason(boss, company):
    for item in (company.world.item, company.world.repair):
        item.industry = "nothing"
        item.save()
    completed(company)
    hear()
    (alert,) = [alert for alert in page(boss).alerts if alert.title == "Not settled"]
    assert "No rule set is in force" in alert.sentence


def test_a_city_far_below_its_usual_weeks_is_marked_and_told(boss, company):
    today = clock.business_day()
    for week in range(9):
        day = today - timedelta(days=7 * week)
        for n in range(2):
            outlet = UnitFactory()
            roll_up(company, company.world.hangzhou, 10_00 if week == 0 else 900_00 + n, day,
                    outlet=outlet)  # fmt: skip
    shown = page(boss, by="quarter")
    assert shown.matrix.rows[0].cells[0].is_odd
    assert [alert.title for alert in shown.alerts] == ["挂机空调安装 · 杭州"]
    assert "below the usual" in shown.alerts[0].sentence
    assert boss.get(shown.alerts[0].drawer).status_code == 200


def test_the_page_asks_as_often_for_many_cells_as_for_one(boss, company):
    settled(company)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            boss.get(BOSS)
        return len(queries)

    asked()
    few = asked()
    for n in range(30):
        roll_up(company, RegionFactory(), 100_00 * n, outlet=UnitFactory())
    assert asked() == few


def test_the_staff_view_shows_tasks_and_no_margin(client, company):
    order = open_order(company.world)
    dispatcher = company.world.dispatcher
    client.force_login(dispatcher)
    assert client.get("/dashboards/", follow=True).redirect_chain[0][0] == "/dashboards/staff/"
    tasks = {
        task.label: task.value for task in client.get("/dashboards/staff/").context["page"].tasks
    }
    assert tasks["Unassigned"] == "1"
    assign(order, company.world)
    answer = client.get("/dashboards/staff/")
    shown = answer.context["page"]
    assert {task.label: task.value for task in shown.tasks}["Unassigned"] == "0"
    assert [(row.name, row.open) for row in shown.outlets] == [("南京网点", 1)]
    assert "margin" not in answer.content.decode().lower()


def test_the_staff_poll_gets_204_until_something_changed(client, company):
    order = open_order(company.world)
    client.force_login(company.world.dispatcher)
    asked = {"stamp": client.get("/dashboards/staff/").context["page"].stamp}
    poll = {"HTTP_HX_REQUEST": "true"}
    assert client.get("/dashboards/staff/", asked, **poll).status_code == 204
    assign(order, company.world)
    assert client.get("/dashboards/staff/", asked, **poll).status_code == 200


def test_an_outlets_people_see_the_tasks_of_their_own_outlet(client, company):
    open_order(company.world, shop_order(number="E-9"))
    client.force_login(UserFactory(role=Role.OUTLET_MANAGER, unit=UnitFactory()))
    shown = client.get("/dashboards/staff/").context["page"]
    assert shown.pressing == []
    assert shown.tasks[0].value == "0"


def test_money_out_of_line_is_told_with_the_list_it_stands_in(boss, company):
    settlement = settled(company)
    loss_fen = figures_of(settlement.pk).margin_fen
    assert loss_fen < 0
    Settlement.objects.filter(pk=settlement.pk).update(provisional=True)
    found = {alert.title: alert for alert in page(boss).alerts}
    assert found["Sold below cost"].sentence == f"1 order · {money(loss_fen)}"
    assert found["Not final yet"].url.endswith("state=provisional")
    number = settlement.work_order.number
    assert number in boss.get(found["Sold below cost"].url).content.decode()
    reverse_settlement(order_id=settlement.work_order_id, reason="test")
    assert "Sold below cost" not in [alert.title for alert in page(boss).alerts]
    assert number not in boss.get(found["Sold below cost"].url).content.decode()


def test_a_shop_where_nobody_works_is_no_weak_outlet(boss, company):
    region, branch = RegionFactory(), company.world.east
    for n in range(3):
        outlet = UnitFactory(parent=branch, kind=OrgUnit.Kind.OUTLET)
        InstallerFactory(outlet=outlet)
        for days in range(1, 4):
            day = clock.business_day() - timedelta(days=days)
            roll_up(company, region, 900_00 if n else 10_00, day=day, outlet=outlet)
    shop = UnitFactory(parent=branch, kind=OrgUnit.Kind.OUTLET, name="家电商城")
    weak = outlet_days(actor=company.world.admin, until=clock.business_day())[branch.pk]
    assert shop.pk not in weak
    titles = [line.title for line in page(boss).alerts]
    assert "家电商城" not in titles
