"""The guard-rail compares what regions pay for a job, whichever value of theirs decides it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from settlement.engine.paths import applied
from settlement.engine.reading import RulesError
from settlement.proposals.guard_rail import Gap
from settlement.proposals.proofs import compared
from settlement.proposals.rail_jobs import gaps_beyond
from settlement.services.publishing import PRESETS, read_rules

LIMIT_BP = 500
HQ = read_rules(PRESETS / "home_appliances.toml")
AC, TIER_B = "/grids/price/fen/HA-AC-15", "/tables/tier/rows/T-B/coef_bp"


def regions(**overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Headquarters' rules with values of regions, every one of them permitted."""
    permits = sorted({path for values in overrides.values() for path in values})
    return {**HQ, "permits": permits, "overrides": overrides}


def gaps(**overrides: Mapping[str, Any]) -> list[Gap]:
    return gaps_beyond(regions(**overrides), LIMIT_BP)


@pytest.mark.parametrize(
    ("path", "times", "gap_bp"),
    [
        ("/components/NIGHT/rate_bp", 3, 20_000),
        ("/components/CROSS/amount_fen", 9, 80_000),
        ("/components/TRANSPORT/unit_fen", 2, 10_000),
        ("/components/CHANNEL/rows/CH-SHOP/rate_bp", 2, 10_000),
        ("/components/VAT/rate_bp", 2, 10_000),
        ("/components/DIST/rate_bp", 3, 20_000),
    ],
)
def test_a_number_of_a_component_that_pays_a_multiple_breaks_the_rail_with_a_job_that_shows_it(
    path: str, times: int, gap_bp: int
) -> None:
    steps = path.split("/")
    component = next(each for each in HQ["components"] if each["code"] == steps[2])
    row = next((r for r in component.get("rows", ()) if r["id"] in steps), component)
    (gap,) = gaps(ZJ={path: row[steps[-1]] * times})
    assert (gap.path, gap.low_region, gap.high_region, gap.gap_bp) == (path, "", "ZJ", gap_bp)
    assert gap.part == steps[2]
    assert gap.low_fen
    assert gap.high_fen == gap.low_fen * times


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/components/NIGHT/rate_bp", 2_100),
        ("/components/NIGHT/rate_bp", 1_905),
        ("/components/SKILL/rows/GRADE-G5/rate_bp", 12_600),
        ("/components/EXTRACAP/limit_fen", 31_500),
        ("/components/RELEASE/milestones/REL1/rate_bp", 5_000),
        (AC, 10_500),
    ],
)
def test_a_value_within_the_rail_and_the_moment_of_a_release_are_kept(
    path: str, value: int
) -> None:
    assert gaps(ZJ={path: value}) == []


def test_two_regions_are_compared_with_each_other_and_not_with_headquarters_alone() -> None:
    path = "/components/URGENT/rate_bp"
    (gap,) = gaps(ZJ={path: 2_900}, SC={path: 3_100})
    assert (gap.low_region, gap.high_region, gap.low, gap.high) == ("ZJ", "SC", 2_900, 3_100)


@pytest.mark.parametrize(
    ("path", "value", "fact"),
    [
        ("/components/DIST/free", 5_000, "distance_m"),
        ("/components/DIST/step", 2_500, "distance_m"),
        ("/components/DIST/most", 20, "distance_m"),
        ("/components/NIGHT/from", "16:00", "visits"),
        ("/components/NIGHT/least_min", 120, "visits"),
    ],
)
def test_a_threshold_breaks_the_rail_by_what_it_makes_of_a_job_beside_it(
    path: str, value: Any, fact: str
) -> None:
    (gap,) = gaps(ZJ={path: value})
    assert gap.path == path
    assert gap.gap_bp > LIMIT_BP
    assert fact in gap.job
    assert gap.low_fen is not None
    assert gap.high_fen is not None
    assert gap.high_fen > gap.low_fen > 0


def test_a_threshold_that_moves_a_job_by_less_than_the_rail_is_kept() -> None:
    """A kilometre more of travel is ¥0.80 of a job of more than ¥80."""
    assert gaps(ZJ={"/components/TRANSPORT/free": 4_000}) == []


def test_values_that_break_the_rail_only_together_are_found_by_a_job_that_needs_both() -> None:
    (gap,) = gaps(ZJ={AC: 10_400, TIER_B: 9_360})
    assert (gap.path, gap.low_region, gap.high_region, gap.gap_bp) == ("", "", "ZJ", 816)
    assert (gap.job["service_item"], gap.job["city_level"], gap.part) == (
        "HA-AC-15", "NT1", "BASE",
    )  # fmt: skip
    assert gap.high_fen is not None
    assert gap.low_fen is not None
    assert gap.high_fen * 10_000 // gap.low_fen == 10_816


def test_two_regions_that_move_apart_by_different_values_are_found() -> None:
    (gap,) = gaps(ZJ={AC: 10_400}, SC={TIER_B: 8_640})
    assert (gap.low_region, gap.high_region, gap.path) == ("SC", "ZJ", "")


@pytest.mark.parametrize("night_bp", [2_120, 6_000])
def test_a_gap_of_one_value_does_not_hide_the_gap_other_values_make_together(
    night_bp: int,
) -> None:
    own = {AC: 10_490, TIER_B: 9_441}
    (together,) = gaps(ZJ=own)
    assert (together.part, together.gap_bp) == ("BASE", 1_004)
    both = gaps(ZJ={**own, "/components/NIGHT/rate_bp": night_bp})
    assert ("/components/NIGHT/rate_bp", "NIGHT") in [(gap.path, gap.part) for gap in both]
    assert together in both


def test_regions_with_the_same_values_are_compared_as_one() -> None:
    own = {AC: 10_490, TIER_B: 9_441, "/components/DIST/free": 5_000}
    many = {f"R{number:03}": own for number in range(30)}
    shown = [(gap.path, gap.part, gap.gap_bp) for gap in gaps(**many)]
    assert shown == [(gap.path, gap.part, gap.gap_bp) for gap in gaps(R000=own)]


def test_a_rule_body_with_faults_is_refused_before_anything_is_compared() -> None:
    body = applied(HQ, {"/grids/price": {"fen": {"HA-AC-15": 1}}})
    with pytest.raises(RulesError):
        gaps_beyond(body, LIMIT_BP)


BANDS = {
    "rows_by": ["service_item", "category"],
    "column_by": "price_band",
    "columns": [1, 2, 3],
    "fen": {"HA-AC-15": [10_000, 10_400, 12_000], "空调": [10_000, 10_400, 10_500]},
}
CITIES = {"rows_by": "city_level", "fen": {"T1": 12_000, "T2": 9_000, "*": 9_000}}


@pytest.mark.parametrize(
    ("grid", "path", "by", "low", "high", "pays"),
    [
        (BANDS, AC, "price_band", "1", "3", (10_000, 12_000)),
        (CITIES, "/grids/price/fen", "city_level", "*", "T1", (9_000, 12_000)),
    ],
)
def test_headquarters_own_price_lists_by_place_are_compared_between_their_places(
    grid: dict[str, Any], path: str, by: str, low: str, high: str, pays: tuple[int, int]
) -> None:
    components = [{**each} for each in HQ["components"]]
    del components[0]["tier"]
    body = {**applied(HQ, {"/grids/price": grid}), "components": components}
    (gap,) = gaps_beyond(body, LIMIT_BP)
    assert (gap.path, gap.by, gap.low_region, gap.high_region) == (path, by, low, high)
    assert (gap.part, gap.low_fen, gap.high_fen) == ("BASE", *pays)


def test_a_price_list_by_place_is_asked_about_once_and_again_when_it_grows_wider() -> None:
    body = applied(HQ, {"/grids/price": BANDS})
    assert gaps_beyond(body, LIMIT_BP, body) == []
    wider = applied(body, {AC: [10_000, 10_400, 12_500]})
    assert [gap.gap_bp for gap in gaps_beyond(wider, LIMIT_BP, body)] == [2_500]
    narrower = applied(body, {AC: [10_000, 10_400, 11_000]})
    assert gaps_beyond(narrower, LIMIT_BP, body) == []


def test_two_deductions_are_compared_by_their_size() -> None:
    brackets = [
        {"id": "BAD", "from": 0, "rate_bp": -1_000},
        {"id": "GOOD", "from": 35, "rate_bp": 0},
    ]
    body = applied(HQ, {"/components/RATING/brackets": brackets})
    path = "/components/RATING/brackets/BAD/rate_bp"

    def found(value: int) -> list[int]:
        own = {**body, "permits": [path], "overrides": {"ZJ": {path: value}}}
        return [gap.gap_bp for gap in gaps_beyond(own, LIMIT_BP)]

    assert found(-1_040) == []
    assert found(-1_200) == [2_000]


def test_the_same_rules_are_compared_once_and_other_rules_anew() -> None:
    def asked(
        times: int = 3, limit_bp: int = LIMIT_BP, before: Any = None, **stamp: str
    ) -> tuple[Gap, ...]:
        body = copy.deepcopy(regions(ZJ={"/components/NIGHT/rate_bp": 2_000 * times}))
        return compared(body | stamp, limit_bp, before)

    first = asked()
    assert [gap.high for gap in first] == [6_000]
    assert asked() is first
    assert asked(version="2099.9", effective_from="2099-09-01") is first
    assert [gap.high for gap in asked(times=4)] == [8_000]
    assert asked(limit_bp=1_000_000) == ()
    assert asked(before=HQ) is not first
