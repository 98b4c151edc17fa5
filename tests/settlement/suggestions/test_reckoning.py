"""Suggested prices follow from medians of what happened, in whole fen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from settlement.suggestions.reckoning import LEAST_ORDERS, Done, median, suggestions
from tests.settlement.company import settled


def done(city=1, paid=30_000, installer=15_000, outside=6_000, **more):
    values = {"second_visits": 0, "changed_appointments": 0, "parts_milli": 3_000} | more
    return Done(7, city, paid, installer, outside, **values)


def test_a_city_that_leaves_what_the_service_leaves_elsewhere_keeps_its_price():
    (one,) = suggestions([done() for _ in range(20)])
    assert (one.orders, one.price_fen, one.installer_fen) == (20, 30_000, 15_000)
    assert (one.outside_bp, one.target_bp) == (2_000, 3_000)
    assert (one.suggested_fen, one.change_bp) == (30_000, 0)


def test_a_dear_city_is_suggested_the_price_that_leaves_the_usual_margin():
    cheap, dear = [done() for _ in range(40)], [done(2, installer=21_000) for _ in range(20)]
    found = {one.city_id: one for one in suggestions([*cheap, *dear])}
    assert found[2].suggested_fen > found[2].price_fen
    margin = found[2].target_bp
    # what is left after installer, channel and tax at the suggested price, to the yuan
    left = found[2].suggested_fen * (10_000 - found[2].outside_bp - margin) // 10_000
    assert abs(left - 21_000) <= 100
    assert found[1].suggested_fen < found[1].price_fen


def test_second_visits_nobody_paid_for_are_spread_over_all_orders():
    orders = [done(second_visits=n % 4 == 0) for n in range(20)]
    (one,) = suggestions(orders)
    assert (one.second_visits_bp, one.unpaid_fen) == (2_500, 3_750)
    assert one.suggested_fen == 37_500


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


def test_a_median_is_a_value_that_happened():
    assert median([1, 2, 3, 10]) == 2


@pytest.mark.django_db
def test_the_page_says_how_many_orders_it_stands_on(company, client):
    settled(company)
    client.force_login(company.finance)
    page = client.get(reverse("settlement:suggestion-list"))
    assert page.status_code == 200
    assert page.context["shown"].orders == 1
    assert page.context["shown"].rows == ()
