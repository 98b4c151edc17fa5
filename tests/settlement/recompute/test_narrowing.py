"""A run looks only at orders that the difference of the rules can touch, and misses none."""

from __future__ import annotations

from typing import Any

import pytest

from common.errors import Refused
from settlement.engine.paths import applied
from settlement.models import RecomputeRun, RuleSetVersion
from settlement.recompute.comparing import compare
from settlement.recompute.running import start_recompute
from settlement.recompute.selection import TOUCHED, chosen
from settlement.recompute.selectors import orders_in_reach
from settlement.services.publishing import publish_rules
from settlement.shadow import stored_rows
from tests.settlement.company import INDUSTRY, Company, preset, settled
from tests.settlement.recompute.cast import proposed


def published(number: str, changes: dict[str, Any]) -> RuleSetVersion:
    body = applied(preset(version=number), changes)
    return publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None).version


ORDERS = (("E1", "HA-AC-15"), ("E2", "HA-AC-30"))
"""Two orders alike but for their item."""


def two_orders(company: Company) -> None:
    for number, code in ORDERS:
        item = company.world.item
        item.code = code
        item.save()
        assert settled(company, number).facts["service_item"] == code


@pytest.mark.parametrize(
    ("changes", "items"),
    [
        ({"/grids/price/fen/HA-TV": 9_900}, []),
        ({"/grids/price/fen/HA-AC-15": 9_900}, ["HA-AC-15"]),
        ({"/grids/price/fen/HA-AC-15": 9_900, "/grids/price/fen/HA-AC-30": 1}, ["HA-AC-15", "HA-AC-30"]),
        ({"/overrides": {"NOWHERE": {"/components/NIGHT/rate_bp": 1}}}, []),
        ({"/name": "another name"}, []),
        ({"/components/NIGHT/rate_bp": 2_100}, ["HA-AC-15", "HA-AC-30"]),
    ],
)  # fmt: skip
def test_only_orders_the_difference_can_touch_are_looked_at(company: Company, changes, items):
    two_orders(company)
    version = published("2", changes)
    assert orders_in_reach(version) == len(items)
    if not items:
        with pytest.raises(Refused) as nothing:
            start_recompute(version=version, reason="补价", actor=company.finance)
        assert nothing.value.code == "recompute.nothing"
        return
    run = proposed(company, version)
    assert [row.facts["service_item"] for row in stored_rows(chosen(run).order_by("pk"))] == items
    whole = RecomputeRun.objects.get(pk=run.pk)
    del whole.asked[TOUCHED]
    rows = list(compare(whole, stored_rows(chosen(whole).order_by("pk"))))
    stored = run.differences.order_by("pk").values_list("settlement_id", "party_id", "new_fen")
    assert [(row[1], row[4], row[6]) for row in rows] == list(stored)


def test_a_later_version_that_counts_on_the_same_days_is_looked_at_too(company: Company) -> None:
    two_orders(company)
    middle = published("2", {"/grids/price/fen/HA-TV": 9_900})
    published("3", {"/grids/price/fen/HA-TV": 9_900, "/grids/price/fen/HA-AC-30": 9_900})
    run = proposed(company, middle)
    assert [row.facts["service_item"] for row in stored_rows(chosen(run))] == ["HA-AC-30"]
