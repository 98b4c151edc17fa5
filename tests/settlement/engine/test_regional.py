"""Regions change what headquarters permits; the nearest region's values count, and the line says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.engine.evaluate import settle
from settlement.engine.explain import explain
from settlement.engine.facts import restored
from settlement.engine.lint import check_rules
from settlement.engine.reading import RulesError
from settlement.engine.regional import merged, own_of, permitted_values
from settlement.engine.result import Outcome, check_line
from settlement.engine.rules import compile_rules
from tests.settlement.engine.bodies import body_of, flat

AC, NIGHT = "/grids/price/fen/AC", "/components/NIGHT/amount_fen"
TIER = "/tables/tier/rows/A/coef_bp"
PERMITS = ["/grids/price/fen/*", "/components/NIGHT/amount_fen", "/tables/tier/rows/*/coef_bp"]
ABOVE = {"ZJ": [], "HZ": ["ZJ"], "SC": []}
NAMES = {"ZJ": "浙江", "HZ": "杭州", "SC": "四川"}
RULES: dict[str, Any] = {
    **body_of(
        {
            "tables": {
                "tier": {
                    "hit": "FIRST",
                    "rows": [
                        {"id": "A", "label": "A 档", "when": {"urgent": True}, "coef_bp": 12_000},
                        {"id": "B", "label": "B 档", "when": {}, "coef_bp": 10_000},
                    ],
                }
            },
            "grids": {"price": {"rows_by": "service_item", "fen": {"AC": 10_000, "TV": 5_000}}},
            "components": [
                {"code": "BASE", "kind": "price", "grid": "price", "tier": "tier"},
                flat("NIGHT", 2_000, when={"night": True}),
            ],
        }
    ),
    "permits": PERMITS,
}


def rules(own: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return merged(RULES, own, ABOVE, NAMES)


def outcome(own: Mapping[str, Mapping[str, Any]], *path: str, item: str = "AC") -> Outcome:
    facts = {"service_item": item, "night": True, "urgent": False, "region_path": list(path)}
    return settle(compile_rules(rules(own)), restored(facts))


OWN = {"ZJ": {AC: 11_000, NIGHT: 2_500}, "HZ": {AC: 12_000}}


@pytest.mark.parametrize(
    ("path", "total_fen"),
    [
        ((), 12_000),
        (("EAST", "SC"), 12_000),
        (("EAST", "ZJ"), 13_500),
        (("EAST", "ZJ", "NB"), 13_500),
        (("EAST", "ZJ", "HZ", "XH"), 14_500),
    ],
)
def test_the_nearest_region_that_sets_values_counts_and_what_is_above_it_too(
    path: tuple[str, ...], total_fen: int
) -> None:
    found = outcome(OWN, *path)
    assert found.total_fen == total_fen
    assert all(check_line(line) for line in found.lines)
    assert found.rules_sha == compile_rules(rules(OWN)).sha


def test_only_a_line_whose_value_the_region_set_names_it() -> None:
    said = {
        (item, line.code): [explain(line, str)]
        for item in ("AC", "TV")
        for line in outcome(OWN, "ZJ", item=item).lines
    }
    named = {key for key, (text,) in said.items() if "as set for 浙江" in text}
    assert named == {("AC", "BASE"), ("AC", "NIGHT"), ("TV", "NIGHT")}


def test_a_tier_a_region_set_names_it_where_that_tier_counts() -> None:
    compiled = compile_rules(rules({"ZJ": {TIER: 13_000}}))
    for urgent, names_it in ((True, True), (False, False)):
        facts = restored(
            {"service_item": "AC", "night": False, "urgent": urgent, "region_path": ["ZJ"]}
        )
        (line,) = settle(compiled, facts).lines
        assert ("region" in line.because) is names_it


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("/grids/price/fen/PIANO", 1, "there is nothing at /grids/price/fen/PIANO"),
        ("/components/BASE/grid", "x", "does not let regions change /components/BASE/grid"),
        ("/tables/tier/rows/A/id", "x", "does not let regions change"),
        (AC, "11000", "of another kind"),
        (AC, True, "of another kind"),
    ],
)
def test_a_place_unknown_or_not_permitted_is_a_fault(path: str, value: Any, said: str) -> None:
    body = {**RULES, "overrides": {"ZJ": {path: value}}}
    with pytest.raises(RulesError, match=r"rules\.overrides\.ZJ") as caught:
        compile_rules(body)
    assert said in str(caught.value)


def test_faults_of_headquarters_and_of_regions_are_told_at_once() -> None:
    body = {**RULES, "effective_from": "soon", "overrides": {"ZJ": {"/x": 1}, "SC": {"/y": 1}}}
    with pytest.raises(RulesError) as caught:
        compile_rules(body)
    assert len(caught.value.errors) == 3


def test_every_variant_is_checked_and_the_finding_names_the_region() -> None:
    rows = [
        {"id": "LOW", "when": {"floor": "<= 5"}, "amount_fen": 1},
        {"id": "HIGH", "when": {"floor": "> 5"}, "amount_fen": 2},
    ]
    table = {"code": "T", "kind": "table", "hit": "UNIQUE", "rows": rows}
    body = {**body_of({"components": [table]}), "permits": ["/components/T/rows/*/when/floor"]}
    assert check_rules(body) == []
    (found,) = check_rules(
        {**body, "overrides": {"ZJ": {"/components/T/rows/LOW/when/floor": "<= 6"}}}
    )
    assert (found.level, found.path) == ("fault", "rules.overrides.ZJ: rules.components[0]")
    assert found.example == {"floor": 6}


@given(
    st.dictionaries(
        st.sampled_from(["ZJ", "HZ", "SC"]),
        st.dictionaries(st.sampled_from([AC, NIGHT, TIER]), st.integers(0, 50_000)),
    )
)
def test_merging_keeps_what_each_region_set_and_headquarters_rules_as_they_are(
    own: dict[str, dict[str, int]],
) -> None:
    body = rules(own)
    assert {k: v for k, v in body.items() if k in RULES} == RULES
    again = {code: own_of(body.get("overrides", {}), ABOVE, code) for code in own}
    assert merged(body, again, ABOVE, NAMES) == body
    assert compile_rules(body).sha


@given(st.sampled_from([(), ("ZJ",), ("EAST", "ZJ", "HZ")]), st.booleans(), st.booleans())
def test_without_values_of_regions_the_rules_are_headquarters(
    path: tuple[str, ...], night: bool, urgent: bool
) -> None:
    assert rules({}) == RULES
    assert rules({"ZJ": {}}) == RULES
    facts = restored(
        {"service_item": "TV", "night": night, "urgent": urgent, "region_path": list(path)}
    )
    with_others = compile_rules(rules({"SC": {AC: 1}}))
    assert settle(with_others, facts).rows == settle(compile_rules(RULES), facts).rows


def test_the_permitted_places_are_listed_with_headquarters_values() -> None:
    assert permitted_values(RULES) == {
        AC: 10_000, "/grids/price/fen/TV": 5_000, NIGHT: 2_000,
        TIER: 12_000, "/tables/tier/rows/B/coef_bp": 10_000,
    }  # fmt: skip
