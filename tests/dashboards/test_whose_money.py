"""Margin is what the company's own units keep: every other payee is in a column of its own."""

from __future__ import annotations

import pytest
from django.db.models import Sum

from dashboards.invariants import rollup_equals_ledger
from dashboards.models import RevenueRollup, RollupApplied
from dashboards.rollups import MEASURES, apply_entry, rebuild
from network.models import OrgUnit
from settlement.adjustments.making import Wish, decide_adjustment, make_adjustment
from settlement.bills import actions
from settlement.closing.steps import reopen_period
from settlement.engine.facts import restored
from settlement.models import JournalEntry, Party, Posting
from settlement.oddities.selectors import oddities
from settlement.pricing.plan import Lever, curve
from settlement.selectors import figures_of
from settlement.services.parties import unit_party
from settlement.services.publishing import publish_rules
from settlement.services.settling import reverse_settlement, settle_work_order
from tests.dashboards.hearing import hear, settled
from tests.factories import RegionFactory, UnitFactory, UserFactory
from tests.settlement.bills.test_reconciling import billed, line_of, position
from tests.settlement.company import INDUSTRY, preset
from tests.settlement.statement_cast import locked, period_now
from tests.settlement.test_bonuses import BONUS
from tests.settlement.test_closing import colleague
from workorders.models import WorkOrder

SUMS = {
    "revenue_fen": [Party.Kind.CLEARING],
    "installer_fen": [Party.Kind.INSTALLER],
    "channel_fen": [Party.Kind.CHANNEL],
    "tax_fen": [Party.Kind.TAX],
}


def rules_that_pay(party, fen, **more):
    """The demo contract with a flat sum for one more party, out of what is left to share."""
    body = preset(version="2026.2", **more)
    body["parties"] = [*body["parties"], party]
    rest = body["sums"]["rest"]
    body["sums"] = {**body["sums"], "rest": {**rest, "of": [*rest["of"], "-MORE"]}}
    flat = {"code": "MORE", "label": "外部", "kind": "flat", "party": party, "amount_fen": fen}
    *others, split = body["components"]
    body["components"] = [*others, flat, split]
    return body


def publish(body):
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)


def outsider(company, kind, code):
    return UnitFactory(kind=kind, parent=company.world.hq, code=code, name=code)


def kept():
    return RevenueRollup.objects.aggregate(**{name: Sum(name, default=0) for name in MEASURES})


def booked(kinds, **which):
    rows = Posting.objects.filter(account__party__kind__in=kinds, **which)
    return rows.aggregate(fen=Sum("amount_fen", default=0))["fen"]


def own_fen(**which):
    outside = [OrgUnit.Kind.DEALER, OrgUnit.Kind.SUPPLIER]
    rows = Posting.objects.filter(account__party__kind=Party.Kind.UNIT, **which)
    rows = rows.exclude(account__party__unit__kind__in=outside)
    return rows.aggregate(fen=Sum("amount_fen", default=0))["fen"]


def assert_tied(period):
    """The figures of the month and the period's postings, by party kind, to the fen."""
    sums, within = kept(), {"entry__period": period}
    expected = {name: booked(kinds, **within) for name, kinds in SUMS.items()}
    expected["revenue_fen"] *= -1
    expected["margin_fen"] = own_fen(**within)
    assert {name: sums[name] for name in expected} == expected
    assert sums["outside_fen"] == booked([Party.Kind.UNIT], **within) - expected["margin_fen"]
    assert list(rollup_equals_ledger()) == []


def test_a_suppliers_part_is_no_margin(company):
    outsider(company, OrgUnit.Kind.SUPPLIER, "PLAN")
    plain = figures_of(settled(company).pk)
    publish(rules_that_pay("supplier:PLAN", 2_500))
    figures = figures_of(settled(company, "E2").pk)
    assert (figures.outside_fen, figures.margin_fen) == (2_500, plain.margin_fen - 2_500)
    assert kept()["outside_fen"] == 2_500
    assert_tied(period_now())


@pytest.mark.parametrize("sold_outside", [True, False])
def test_a_dealers_part_is_margin_only_where_the_branch_sold_itself(company, sold_outside):
    publish(rules_that_pay("dealer", 2_500))
    slip = settled(company)
    if sold_outside:
        reverse_settlement(order_id=slip.work_order_id, reason="test")
        dealer = outsider(company, OrgUnit.Kind.DEALER, "D1")
        WorkOrder.objects.filter(pk=slip.work_order_id).update(sold_by=dealer)
        slip = settle_work_order(order_id=slip.work_order_id)
        hear()
    assert figures_of(slip.pk).outside_fen == (2_500 if sold_outside else 0)
    assert_tied(period_now())


def test_what_a_clerk_gets_is_the_channels_and_no_margin(company):
    plain = figures_of(settled(company).pk)
    publish(rules_that_pay("clerk", 1_000))
    figures = figures_of(settled(company, "E2").pk)
    assert figures.channel_fen == plain.channel_fen + 1_000
    assert figures.margin_fen == plain.margin_fen - 1_000


def test_what_a_first_installer_gives_back_lowers_installers_pay(company):
    plain = figures_of(settled(company).pk)
    publish(rules_that_pay("first_installer", -1_500))
    figures = figures_of(settled(company, "E2").pk)
    assert figures.installer_fen == plain.installer_fen - 1_500
    assert figures.margin_fen == plain.margin_fen + 1_500
    assert_tied(period_now())


def test_an_order_that_costs_more_than_it_brings_is_told_though_outsiders_get_it(company):
    outsider(company, OrgUnit.Kind.SUPPLIER, "PLAN")
    publish(rules_that_pay("supplier:PLAN", 30_000))
    slip = settled(company)
    found = oddities(actor=company.finance, since=slip.done_on)
    assert figures_of(slip.pk).margin_fen < 0
    assert (found.losses, found.loss_fen) == (1, figures_of(slip.pk).margin_fen)


def test_a_price_plan_counts_outsiders_as_the_books_do(company):
    outsider(company, OrgUnit.Kind.SUPPLIER, "PLAN")
    body = rules_that_pay("supplier:PLAN", 2_500)
    publish(body)
    slip = settled(company)
    [now] = [p for p in curve([restored(slip.facts)], body, lever=Lever.CUSTOMER) if not p.percent]
    figures = figures_of(slip.pk)
    assert (now.outside_fen, now.margin_fen) == (figures.outside_fen, figures.margin_fen)


def test_an_adjustment_lands_in_the_column_of_the_line_it_corrects(company):
    supplier = outsider(company, OrgUnit.Kind.SUPPLIER, "PLAN")
    publish(rules_that_pay("supplier:PLAN", 2_500))
    slip = settled(company)
    wish = Wish(
        payee=unit_party(company.world.hq), payer=unit_party(supplier), amount_fen=2_500,
        reason="没有策划",
    )  # fmt: skip
    made = make_adjustment(settlement=slip, wish=wish, actor=company.finance)
    approver = UserFactory(role=company.finance.role, unit=company.world.hq)
    decide_adjustment(adjustment_id=made.pk, approve=True, reason="", actor=approver)
    hear()
    assert kept()["outside_fen"] == 0
    assert_tied(period_now())


def test_the_month_ties_to_the_ledger_with_bonuses_bills_and_what_was_taken_back(company):
    publish(preset(period=[BONUS], version="2026.2"))
    first = settled(company, "E1")
    settled(company, "E2")
    gone = settled(company, "E3")
    reverse_settlement(order_id=gone.work_order_id, reason="test")
    billed(line_of(first, fee_fen=line_of(first).fee_fen + 300))
    action = actions.accept_difference(
        position_id=position("E1").pk, reason="合同改了", bearer_id=company.world.hq.pk,
        actor=company.finance,
    )  # fmt: skip
    hear()
    before = kept()
    period = locked(company.finance)
    hear()
    assert kept()["installer_fen"] == before["installer_fen"] + 2_000
    assert kept()["margin_fen"] == before["margin_fen"] - 2_000
    assert_tied(period)
    assert rebuild().difference_fen == 0
    assert_tied(period)
    reopen_period(period_id=period.pk, reason="漏单", actor=colleague(company))
    actions.take_back_acceptance(action_id=action.pk, reason="弄错了", actor=company.finance)
    hear()
    assert_tied(period)
    assert kept()["installer_fen"] == before["installer_fen"]


def test_a_bonus_stands_in_its_period_at_the_outlet_of_whoever_got_it(company):
    publish(preset(period=[BONUS], version="2026.2"))
    settled(company, "E1")
    settled(company, "E2")
    period = locked(company.finance)
    hear()
    cell = RevenueRollup.objects.get(item=None)
    outlet = company.installer.outlet
    assert (cell.outlet, cell.branch, cell.orders) == (outlet, outlet.parent, 0)
    assert period.starts_on <= cell.day <= period.ends_on
    company.installer.outlet = UnitFactory(parent=company.world.east)
    company.installer.save()
    assert rebuild().difference_fen == 0


def test_an_entry_is_added_once(company):
    publish(preset(period=[BONUS], version="2026.2"))
    settled(company, "E1")
    settled(company, "E2")
    locked(company.finance)
    hear()
    entry = JournalEntry.objects.get(kind="volume")
    assert apply_entry(entry_id=entry.pk) is False
    RollupApplied.objects.filter(source_key=f"e{entry.pk}").delete()
    assert apply_entry(entry_id=entry.pk) is True
    assert list(rollup_equals_ledger())


def test_a_bonus_opens_from_the_matrix_and_spends_the_budget_of_its_branchs_region(company, client):
    publish(preset(period=[BONUS], version="2026.2"))
    region = RegionFactory(branch=company.installer.outlet.parent)
    settled(company, "E1")
    settled(company, "E2")
    period = locked(company.finance)
    hear()
    assert RevenueRollup.objects.get(item=None).region == region
    client.force_login(company.world.admin)
    on = period.ends_on.isoformat()
    drawer = client.get("/dashboards/boss/cell/", {"item": 0, "on": on})
    page = drawer.content.decode()
    [entry] = drawer.context["cell"].rows
    assert (entry.words, entry.figures.installer_fen) == ("月度阶梯奖", 2_000)
    assert drawer.context["cell"].figures.installer_fen == 2_000
    assert company.installer.user.display_name in page
    matrix = client.get("/dashboards/boss/", {"on": on}).context["page"].matrix
    assert 0 in {row.item for row in matrix.rows}
