"""Which jobs a change of rules can touch: named for prices, rows, components and regions; never one
too few, in any template of the gallery and whatever number of it is changed.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts
from settlement.engine.paths import applied, changes
from settlement.engine.reach import Touch, touched
from settlement.engine.rules import compile_rules
from tests.settlement.engine.random_jobs import TEMPLATES, altered, another_job

BODY: dict[str, Any] = {
    "parties": ["installer", "hq"],
    "grids": {"price": {"rows_by": "service_item", "fen": {"AC": 10_000, "TV": 5_000, "*": 1_000}}},
    "tables": {"tier": {"rows": [
        {"id": "one", "when": {"city_level": ["T1", "T2"]}, "coef_bp": 12_000},
        {"id": "far", "when": {"distance_m": "> 5000"}, "coef_bp": 11_000},
    ]}},
    "components": [
        {"code": "BASE", "kind": "price", "party": "installer", "grid": "price"},
        {"code": "CITY", "kind": "percent", "party": "installer", "rate_bp": 500, "base": "BASE",
         "when": [{"near": "PORT"}, {"city": "上海", "rain": True}]},
    ],
    "overrides": {"ZJ": {"/grids/price/fen/AC": 11_000}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"/version": "9", "/components/BASE/label": "底价"}, ()),
        ({"/grids/price/fen/AC": 1}, (Touch("service_item", ("AC",)),)),
        ({"/grids/price/fen/AC": 1, "/grids/price/fen/NEW": 2},
         (Touch("service_item", ("AC", "NEW")),)),
        ({"/grids/price/fen/*": 1}, None),
        ({"/grids/price/rows_by": "category"}, None),
        ({"/tables/tier/rows/one/coef_bp": 1}, (Touch("city_level", ("T1", "T2")),)),
        ({"/tables/tier/rows/one/when": {"city_level": "T3"}}, None),
        ({"/tables/tier/rows/far/coef_bp": 1}, None),
        ({"/components/CITY/rate_bp": 1}, (Touch("near", ("PORT",)), Touch("city", ("上海",)))),
        ({"/components/BASE/grid": "other"}, None),
        ({"/overrides/ZJ": {}}, (Touch("region_path", ("ZJ",)),)),
        ({"/parties": ["installer"]}, None),
    ],
)  # fmt: skip
def test_a_change_touches_the_jobs_that_have_what_it_asks_for(wanted, found):
    assert touched(BODY, applied(BODY, wanted)) == found


def is_touched(facts: JobFacts, touches: tuple[Touch, ...] | None) -> bool:
    """What `settlement.recompute.selection` asks the database."""
    if touches is None:
        return True
    for fact, values in touches:
        has = getattr(facts, fact)
        if not set(values).isdisjoint(has if isinstance(has, tuple) else [has]):
            return True
    return False


@given(st.integers(0, 10**9), st.sampled_from(TEMPLATES))
@settings(max_examples=400, deadline=None)
def test_a_job_no_change_touches_gets_the_same_money(seed, template):
    chance = random.Random(seed)
    before = dict(template.body)
    after, facts = altered(before, chance), another_job(template, chance)
    try:
        old, new = compile_rules(before), compile_rules(after)
    except ValueError:
        return
    if is_touched(facts, touched(before, after)):
        return
    was, now = settle(old, facts), settle(new, facts)
    assert [(line.code, line.party, line.amount_fen) for line in was.lines] == [
        (line.code, line.party, line.amount_fen) for line in now.lines
    ], (template.key, changes(before, after))
    assert was.flags == now.flags
