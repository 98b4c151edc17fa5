"""A price plan settles real jobs at nine prices and changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.roles import Role
from settlement.engine.evaluate import settle
from settlement.engine.facts import ChargeUse, restored
from settlement.engine.rules import compile_rules
from settlement.models import JournalEntry
from settlement.pricing.plan import STEPS_PERCENT, Lever, curve, with_grid_moved
from settlement.pricing.selectors import price_lists, simulated
from tests.factories import UnitFactory, UserFactory
from tests.settlement.company import settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(company):
    """The facts of a settled order and the rules it was settled by."""
    slip = settled(company)
    return restored(slip.facts), company.version.body, slip


def at(points, percent):
    return next(point for point in points if point.percent == percent)


def test_the_point_of_today_is_what_was_settled(job):
    facts, body, slip = job
    now = at(curve([facts], body, lever=Lever.CUSTOMER), 0)
    assert (now.orders, now.revenue_fen, now.installer_fen) == (1, slip.paid_fen, slip.gross_fen)
    sums = dict.fromkeys(("channel", "tax"), 0)
    for line in slip.lines.filter(party_role__in=sums):
        sums[line.party_role] += line.amount_fen
    assert (now.channel_fen, now.tax_fen) == (sums["channel"], sums["tax"])


def test_a_dearer_job_is_settled_anew_at_its_price(job):
    facts, body, slip = job
    dearer = at(curve([facts], body, lever=Lever.CUSTOMER), 10)
    assert dearer.revenue_fen == (slip.paid_fen * 110 + 50) // 100
    anew = settle(compile_rules(body), replace(facts, paid_fen=dearer.revenue_fen)).totals
    assert dearer.installer_fen == anew["installer"]
    assert dearer.channel_fen == anew.get("channel", 0)


def test_what_is_paid_on_site_stays_when_the_shops_price_moves(job):
    facts, body, slip = job
    use = ChargeUse("drilling", 5_000, 10_000, 0)
    charged = replace(facts, paid_fen=slip.paid_fen + 5_000, charged_fen=5_000, charges=(use,))
    with_it, without = (
        at(curve([one], body, lever=Lever.CUSTOMER), 20) for one in (charged, facts)
    )
    assert with_it.revenue_fen - without.revenue_fen == 5_000
    assert with_it.installer_fen - without.installer_fen == 5_000
    assert with_it.channel_fen == without.channel_fen


@pytest.mark.parametrize(
    ("elasticity_x100", "percent", "orders"),
    [(0, 20, 10), (-150, 20, 7), (-150, -20, 13), (-1000, 20, 0), (100, 10, 11)],
)
def test_demand_moves_all_amounts_of_a_point_and_never_below_zero(
    job, elasticity_x100, percent, orders
):
    facts, body, _slip = job
    still = at(curve([facts] * 10, body, lever=Lever.CUSTOMER), percent)
    moved = at(
        curve([facts] * 10, body, lever=Lever.CUSTOMER, elasticity_x100=elasticity_x100), percent
    )
    assert moved.orders == orders
    assert moved.revenue_fen == still.revenue_fen * orders // 10


def test_a_moved_price_list_pays_installers_more_and_takes_no_revenue(job):
    facts, body, _slip = job
    before = json.dumps(body, sort_keys=True)
    points = curve([facts], body, lever=Lever.GRID, grid="price", elasticity_x100=-500)
    assert [point.percent for point in points] == list(STEPS_PERCENT)
    assert len({point.revenue_fen for point in points}) == 1
    assert (
        at(points, 20).installer_fen > at(points, 0).installer_fen > at(points, -20).installer_fen
    )
    assert at(points, 20).margin_fen < at(points, 0).margin_fen
    assert json.dumps(body, sort_keys=True) == before


def test_every_price_of_a_moved_list_is_rounded_to_the_fen():
    body = {"grids": {"price": {"fen": {"A": [1001, 0], "B": 999}}, "other": {"fen": {"A": 5}}}}
    moved = with_grid_moved(body, "price", 5)
    assert moved["grids"]["price"]["fen"] == {"A": [1051, 0], "B": 1049}
    assert moved["grids"]["other"] == {"fen": {"A": 5}}


def test_jobs_that_cannot_be_settled_are_left_out_and_counted(company, job):
    _facts, _body, slip = job
    lost = dict(slip.facts) | {"a_fact_of_tomorrow": 1}
    type(slip).objects.filter(pk=slip.pk).update(facts=lost)
    found = simulated(
        rule_set=company.version.rule_set, lever=Lever.CUSTOMER, grid="", region=None, item=None,
        orders=10, elasticity_x100=0, actor=company.finance,
    )  # fmt: skip
    assert found is not None
    assert (found.found, found.left_out, found.now.orders) == (1, 1, 0)


def test_people_try_plans_on_their_own_orders_alone(company, job):
    stranger = UserFactory(role=Role.REGION_MANAGER, unit=UnitFactory(code="FAR", name="远方"))
    asked = {
        "rule_set": company.version.rule_set, "lever": Lever.CUSTOMER, "grid": "", "region": None,
        "item": None, "orders": 10, "elasticity_x100": 0,
    }  # fmt: skip
    assert simulated(**asked, actor=company.finance).found == 1
    assert simulated(**asked, actor=stranger).found == 0


def test_the_page_shows_the_curve_keeps_what_was_typed_and_posts_nothing(company, job, client):
    assert "price" in price_lists()
    client.force_login(company.finance)
    entries = JournalEntry.objects.count()
    page = reverse("settlement:price-plan")
    asked = {"rules": company.version.rule_set_id, "lever": "grid:price", "orders": "50",
             "elasticity": "-1.5"}  # fmt: skip
    shown = client.get(page, asked)
    assert shown.status_code == 200
    assert "<svg" in shown.content.decode()
    assert Decimal(shown.context["form"]["elasticity"].value()) == Decimal("-1.5")
    refused = client.get(page, asked | {"orders": "9999999"})
    assert refused.status_code == 422
    assert "9999999" in refused.content.decode()
    assert JournalEntry.objects.count() == entries


def test_each_step_is_said_with_its_sign(job):
    facts, body, _slip = job
    said = [point.change for point in curve([facts], body, lever=Lever.CUSTOMER)]
    assert said == ["−20%", "−15%", "−10%", "−5%", "0%", "+5%", "+10%", "+15%", "+20%"]
