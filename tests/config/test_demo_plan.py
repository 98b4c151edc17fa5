"""The demo is as large as promised, always the same, and points at addresses that exist."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.conf import settings
from django.urls import reverse

from config.demo.orders import DAYS, days, orders_of
from config.demo.plan import companies
from config.demo.simulators import HOOKS
from settlement.engine.money import share_fen

TODAY = date(2026, 11, 22)


def test_two_companies_have_about_forty_outlets_and_three_hundred_installers():
    outlets = sum(company.outlets for company in companies())
    installers = sum(company.installers for company in companies())
    assert (len(companies()), 38 <= outlets <= 44, 290 <= installers <= 320) == (2, True, True)


def test_ninety_days_hold_at_least_six_thousand_orders_in_each_order_of_days_once():
    plan = days(TODAY)
    assert len(plan) == len(set(plan)) == DAYS
    assert sum(len(orders_of(c, day)) for c in companies() for day in plan) >= 6_000


def test_the_newest_days_come_first_and_each_stretch_is_chronological():
    plan = days(TODAY)
    assert plan[:4] == sorted(plan[:4])
    assert plan[3] == TODAY
    november = [day for day in plan[4:] if day.month == 11]
    assert plan[4 : 4 + len(november)] == november == sorted(november)


@pytest.mark.parametrize("company", companies(), ids=lambda company: company.slug)
def test_a_day_told_twice_is_the_same_day(company):
    assert orders_of(company, TODAY) == orders_of(company, TODAY)


@pytest.mark.parametrize("company", companies(), ids=lambda company: company.slug)
def test_a_demo_order_pays_more_than_its_list_price(company):
    for order in orders_of(company, TODAY):
        assert order.paid_fen >= share_fen(order.item.list_price_fen, 118, 100) // 100 * 100


@pytest.mark.parametrize("name", HOOKS.values())
def test_every_hook_the_simulators_are_told_exists(name):
    assert reverse(name, args=[UUID(int=7)], urlconf=settings.ROOT_URLCONF).startswith("/hooks/")
