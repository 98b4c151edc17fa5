"""Suggested prices follow from medians of what happened, in whole fen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from catalog.models import ServiceItem
from common.formatting import money
from network.models import Region
from settlement.models import Settlement, SettlementLine
from settlement.services.parties import installer_party, unit_party
from settlement.suggestions.reckoning import LEAST_ORDERS, Done, median, suggestions
from settlement.suggestions.selectors import SuggestionShown
from settlement.suggestions.selectors import _done as settled_orders
from tests.settlement.company import hear, settled
from tests.workorders import walking
from tests.workorders.test_charges import charge, late_charge
from tests.workorders.world import open_order
from workorders.models import CheckIn
from workorders.services.charge_decisions import decide_charge


def done(city=1, paid=30_000, installer=15_000, outside=6_000, **more):
    values = {
        "second_visits": 0, "unpaid_visits": 0, "changed_appointments": 0, "parts_milli": 3_000,
    } | more  # fmt: skip
    return Done(7, city, paid, installer, outside, **values)


def test_a_city_that_leaves_what_the_service_leaves_elsewhere_keeps_its_price():
    (one,) = suggestions([done() for _ in range(20)])
    assert (one.orders, one.price_fen, one.installer_fen) == (20, 30_000, 15_000)
    assert (one.outside_bp, one.target_bp) == (2_000, 3_000)
    assert (one.suggested_fen, one.change_bp) == (30_000, 0)


def test_a_dear_city_is_suggested_the_price_that_leaves_the_usual_margin():
    cheap, dear = [done() for _ in range(40)], [done(2, installer=18_000) for _ in range(20)]
    found = {one.city_id: one for one in suggestions([*cheap, *dear])}
    assert found[2].suggested_fen > found[2].price_fen
    margin = found[2].target_bp
    # what is left after installer, channel and tax at the suggested price, to the yuan
    left = found[2].suggested_fen * (10_000 - found[2].outside_bp - margin) // 10_000
    assert abs(left - 18_000) <= 100
    assert not found[2].is_limited
    assert found[1].suggested_fen < found[1].price_fen


def test_the_trend_is_the_latest_three_months_that_had_orders():
    months = ["2026-05", "2026-07", "2026-08", "2026-10"]
    orders = [
        done(installer=10_000 + 1_000 * n, second_visits=n == 3, month=month)
        for n, month in enumerate(months)
        for _order in range(5)
    ]
    (one,) = suggestions(orders)
    assert [(each.month, each.installer_fen) for each in one.trend] == [
        ("2026-07", 11_000), ("2026-08", 12_000), ("2026-10", 13_000),
    ]  # fmt: skip
    assert [each.second_visits_bp for each in one.trend] == [0, 0, 10_000]


def test_second_visits_nobody_paid_for_are_spread_over_all_orders():
    orders = [done(second_visits=n % 2 == 0, unpaid_visits=n % 10 == 0) for n in range(20)]
    (one,) = suggestions(orders)
    assert (one.second_visits_bp, one.unpaid_fen) == (5_000, 1_500)
    assert one.suggested_fen == 33_000


START = "2026-08-05"


def over_time(*prices: int) -> list[Done]:
    """Twelve orders at each price, the newest first as they are read; the first ones lie before START."""
    days = ["2026-08-04", "2026-08-20", "2026-10-30"]
    orders = [
        done(paid=price, outside=price // 5, unpaid_visits=n % 2, done_on=day)
        for day, price in zip(
            days[-len(prices) :] if len(prices) < 3 else days, prices, strict=True
        )
        for n in range(LEAST_ORDERS)
    ]
    return orders[::-1]


@pytest.mark.parametrize(
    ("prices", "start", "latest", "most"),
    [
        # half of the visits come again unpaid: costs ask for a half more, the cap is a fifth
        ((30_000, 30_000, 30_000), 30_000, 30_000, 36_000),
        # what was raised since is measured against the price before, and not raised by a fifth again
        ((30_000, 33_000, 36_000), 30_000, 36_000, 36_000),
        # nobody sold it before: the first orders there were are the measure
        ((30_000, 36_000), 30_000, 36_000, 36_000),
    ],
)
def test_a_raise_is_measured_against_the_price_at_the_start_of_the_period_and_ends_at_the_cap(
    prices, start, latest, most
):
    (one,) = suggestions(over_time(*prices), START)
    assert (one.start_fen, one.latest_fen) == (start, latest)
    assert one.was_raised is (latest > start)
    assert one.suggested_fen <= most < one.full_fen
    assert one.is_limited


def test_a_price_that_is_too_high_is_suggested_to_fall_without_a_limit():
    cheap, dear = [done(paid=30_000) for _ in range(40)], [done(2, paid=90_000) for _ in range(12)]
    found = {one.city_id: one for one in suggestions([*cheap, *dear], START)}
    assert found[2].suggested_fen < found[2].price_fen * 8 // 10
    assert not found[2].is_limited


@pytest.mark.parametrize(
    ("count", "rows"), [(0, 0), (LEAST_ORDERS - 1, 0), (LEAST_ORDERS, 1), (60, 1)]
)
def test_too_few_orders_suggest_nothing(count, rows):
    assert len(suggestions([done() for _ in range(count)])) == rows


def test_services_that_cost_more_than_they_bring_or_bring_nothing_are_left_out():
    assert suggestions([done(paid=0) for _ in range(20)]) == []
    assert suggestions([done(installer=0) for _ in range(20)]) == []
    assert suggestions([done(outside=30_000) for _ in range(20)]) == []


def test_parts_are_compared_with_the_service_everywhere():
    usual, wasteful = [done() for _ in range(40)], [done(2, parts_milli=4_500) for _ in range(20)]
    found = {one.city_id: one.parts_bp for one in suggestions([*usual, *wasteful])}
    assert found == {1: 10_000, 2: 15_000}


def test_parts_beyond_the_usual_are_priced_at_what_they_were_bought_for():
    usual = [done(parts_fen=3_000) for _ in range(40)]
    wasteful = [done(2, parts_fen=4_500) for _ in range(20)]
    found = {one.city_id: one for one in suggestions([*usual, *wasteful])}
    assert (found[1].parts_fen, found[2].parts_fen) == (0, 1_500)
    assert (found[1].suggested_fen, found[2].suggested_fen) == (30_000, 33_000)
    assert found[2].cost_fen == 16_500


def test_parts_raise_what_an_installer_is_owed_as_far_as_the_company_did_not_supply_them():
    usual = [done(parts_fen=3_000, borne_fen=500) for _ in range(40)]
    wasteful = [done(2, parts_fen=4_500, borne_fen=1_100) for _ in range(20)]
    found = {one.city_id: one for one in suggestions([*usual, *wasteful])}
    assert (found[1].owed_fen, found[2].owed_fen) == (0, 600)
    assert (found[2].parts_fen, found[2].borne_fen) == (1_500, 600)


def test_changed_appointments_nobody_paid_for_cost_what_they_were_paid_where_rules_pay_them():
    paid = [done(2, returns=2, returns_fen=8_000) for _ in range(20)]
    unpaid = [done(unpaid_changes=int(n % 4 == 0)) for n in range(20)]
    found = {one.city_id: one for one in suggestions([*paid, *unpaid])}
    assert (found[1].return_fen, found[1].changed_fen) == (4_000, 1_000)
    assert (found[1].suggested_fen, found[2].changed_fen) == (32_000, 0)
    (unknown,) = suggestions(unpaid)
    assert (unknown.return_fen, unknown.changed_fen, unknown.suggested_fen) == (0, 0, 30_000)


def test_the_formula_of_a_row_names_each_addend_and_gives_its_price():
    orders = [
        done(unpaid_visits=n % 10 == 0, unpaid_changes=1, returns=1, returns_fen=1_500)
        for n in range(20)
    ]
    (one,) = suggestions(orders)
    shown = SuggestionShown(ServiceItem(), Region(), one)
    said = shown.formula
    assert one.cost_fen == 15_000 + 1_500 + 1_500
    for fen in (15_000, 1_500, one.full_fen):
        assert money(fen) in said
    assert said.count("¥15.00") == 2
    assert "1 − 20% − 30%" in said


def test_a_median_is_a_value_that_happened():
    assert median([1, 2, 3, 10]) == 2


def one(company) -> Done:
    """The only order as suggestions read it."""
    (found,) = settled_orders(company.finance)
    return found


def came_on(slip, *hours_before_completion: int) -> None:
    order = slip.work_order
    CheckIn.objects.filter(work_order=order).delete()
    for hours in hours_before_completion:
        at = order.completed_at - timedelta(hours=hours)
        CheckIn.objects.create(work_order=order, installer=slip.installer, method="manual", at=at)


@pytest.mark.django_db
def test_only_a_further_day_somebody_checked_in_on_is_a_second_visit_and_its_fee_pays_it(company):
    order = walking.arrive(open_order(company.world), company.world)
    charge(order, company.world, "second_visit")
    walking.prove(order, company.world)
    walking.step(order, "complete", company.installer.user)
    hear()
    paid = Settlement.objects.get(work_order=order, status="active")
    # A night's work spans two calendar days and is one visit.
    days = [["2025-03-02", 7, "rest", 1_380, 1_440], ["2025-03-03", 1, "workday", 0, 60]]
    Settlement.objects.filter(pk=paid.pk).update(facts=paid.facts | {"visits": days})
    came_on(paid, 2)
    assert (one(company).second_visits, one(company).unpaid_visits) == (0, 0)
    came_on(paid, 2, 26)
    assert (one(company).second_visits, one(company).unpaid_visits) == (1, 0)
    came_on(paid, 2, 26, 50)
    assert (one(company).second_visits, one(company).unpaid_visits) == (2, 1)
    # What a rule pays for a changed appointment pays a visit, too.
    SettlementLine.objects.create(
        settlement=paid, seq=99, code="RETURN", party_role="installer", rule="RETURN",
        base_fen=2_000, rate_num=1, rate_den=1, amount_fen=2_000,
        because={"how": "per_unit", "fact": "unpaid_returns", "per": 1},
    )  # fmt: skip
    assert (one(company).second_visits, one(company).unpaid_visits) == (2, 0)


@pytest.mark.django_db
def test_parts_and_changes_count_as_far_as_no_line_paid_for_them(company):
    slip = settled(company)
    used = [["PIPE", 2_000, 3_000], ["CLIP", 1_000, 500]]
    facts = slip.facts | {"materials": used, "reschedule_count": 2, "quantity": 1}
    Settlement.objects.filter(pk=slip.pk).update(facts=facts)
    read = one(company)
    assert (read.parts_fen, read.unpaid_changes, read.returns) == (6_500, 2 - read.unpaid_visits, 0)
    mine = {"settlement": slip, "party_role": "installer", "payee": installer_party(slip.installer)}
    SettlementLine.objects.create(
        **mine, seq=98, code="MAT1", rule="MAT", base_fen=3_000, rate_num=2_000, rate_den=1_000,
        amount_fen=6_000, because={"how": "materials", "material": "PIPE"},
    )  # fmt: skip
    SettlementLine.objects.create(
        **mine, seq=99, code="RETURN", rule="RETURN", base_fen=2_000, rate_num=1, rate_den=1,
        amount_fen=2_000, because={"how": "per_unit", "fact": "reschedule_count", "per": 1},
    )  # fmt: skip
    read = one(company)
    assert (read.parts_fen, read.borne_fen) == (500, 500)
    assert (read.returns, read.returns_fen) == (1, 2_000)
    assert read.unpaid_changes + read.unpaid_visits == 1
    SettlementLine.objects.create(
        settlement=slip, seq=100, code="MAT2", party_role="hq", payee=unit_party(company.world.hq),
        rule="MAT", base_fen=500, rate_num=1_000, rate_den=1_000, amount_fen=500,
        because={"how": "materials", "material": "CLIP"},
    )  # fmt: skip
    read = one(company)
    assert (read.parts_fen, read.borne_fen) == (500, 0)


@pytest.mark.django_db
def test_what_is_paid_on_site_is_neither_price_nor_cost(company):
    before = settled(company)
    plain = one(company)
    late = late_charge(before.work_order, company.world, "drilling", quantity=2)
    decide_charge(charge=late, approve=True, reason="", actor=company.finance)
    hear()
    now = Settlement.objects.get(work_order=before.work_order, status="active")
    assert now.gross_fen > before.gross_fen
    assert (one(company).paid_fen, one(company).installer_fen) == (
        plain.paid_fen, plain.installer_fen,
    )  # fmt: skip
    assert abs(one(company).outside_fen - plain.outside_fen) <= 1


@pytest.mark.django_db
def test_the_page_says_how_many_orders_it_stands_on(company, client):
    settled(company)
    client.force_login(company.finance)
    page = client.get(reverse("settlement:suggestion-list"))
    assert page.status_code == 200
    assert page.context["shown"].orders == 1
    assert page.context["shown"].rows == ()
