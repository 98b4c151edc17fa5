"""What a company is billed: a hundred orders a month are free, each further one costs 0.50."""

from dataclasses import dataclass
from datetime import date

import pytest

from tenants.models import Plan, UsageMonth
from tenants.usage import bill_fen, usage_bill
from tenants.usage_copies import copy_usage


@dataclass
class Note:
    key: str
    payload: dict


@pytest.mark.parametrize(
    ("orders", "fen"), [(0, 0), (99, 0), (100, 0), (101, 50), (102, 100), (1_100, 50_000)]
)
def test_a_hundred_orders_are_free_and_each_further_one_costs_fifty_fen(orders, fen):
    assert bill_fen(Plan(free_orders_per_month=100, price_fen_per_order=50), orders) == fen


def test_every_month_begins_at_nothing(database):
    UsageMonth.objects.create(schema_name="t_alpha", month=date(2026, 10, 1), orders=150)
    UsageMonth.objects.create(schema_name="t_alpha", month=date(2026, 11, 1), orders=101)
    assert usage_bill("t_alpha", date(2026, 10, 31)) == 2_500
    assert usage_bill("t_alpha", date(2026, 11, 1)) == 50
    assert usage_bill("t_alpha", date(2026, 12, 1)) == 0
    assert usage_bill("t_beta", date(2026, 10, 15)) == 0


def test_a_note_copied_again_counts_once(database):
    for key in ("a", "b", "a", "a"):
        copy_usage("t_alpha", Note(key, {"month": "2026-11"}))
    assert UsageMonth.objects.get().orders == 2


def test_the_same_key_of_another_company_counts(database):
    for schema in ("t_alpha", "t_beta"):
        copy_usage(schema, Note("a", {"month": "2026-11"}))
    assert [row.orders for row in UsageMonth.objects.order_by("schema_name")] == [1, 1]
