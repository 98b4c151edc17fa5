"""Why not more: one other fact, what it would have brought, and nothing that could not be."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts, VisitPart
from settlement.engine.near import explain_near, near_misses
from settlement.engine.rules import compile_rules

BODY = tomllib.loads(
    (Path(__file__).parents[3] / "settlement/presets/home_appliances.toml").read_text("utf-8")
)
JOB = JobFacts(
    done_on="2026-11-03", month=11, service_item="HA-AC-15", category="空调", city_level="NT1",
    warehouse_direct=False, region_path=("R",), branch="B", home_branch="B", channel="tmall",
    distance_m=14_200, visits=(VisitPart("2026-11-03", 2, "workday", 900, 1089),), rain=False,
    urgent=False, high_work=False, grade="G4", rating_x10=47, rework=False, fault_own=False,
    materials=(), stages=("completed",), paid_fen=60_000, installer_month_orders=38, field_days=0,
)  # fmt: skip


def misses(**changes: Any) -> dict[str, Any]:
    found = near_misses(compile_rules(BODY), BODY, replace(JOB, **changes))
    return {miss.fact: miss for miss in found}


@pytest.mark.parametrize(
    ("fact", "needs", "changes"),
    [
        ("distance_m", 15_000, {}),
        ("rating_x10", 48, {}),
        ("rating_x10", 45, {"rating_x10": None}),
        ("installer_month_orders", 40, {}),
        ("visits", 6, {}),
        ("rain", True, {}),
        ("urgent", True, {}),
        ("grade", "G5", {}),
    ],
)
def test_the_nearest_other_value_of_a_fact_is_named_with_what_it_brings(
    fact: str, needs: Any, changes: dict[str, Any]
) -> None:
    miss = misses(**changes)[fact]
    assert miss.needs == needs
    assert miss.gain_fen > 0


def test_what_it_brings_is_the_difference_of_two_settlements() -> None:
    compiled = compile_rules(BODY)
    now = settle(compiled, JOB).totals["installer"]
    for miss in misses().values():
        if miss.fact == "visits":
            (visit,) = JOB.visits or ()
            other = replace(JOB, visits=(visit._replace(end_min=visit.end_min + miss.needs),))
        else:
            other = replace(JOB, **{miss.fact: miss.needs})
        assert settle(compiled, other).totals["installer"] - now == miss.gain_fen


def test_the_largest_gain_stands_first_and_each_fact_once() -> None:
    found = near_misses(compile_rules(BODY), BODY, JOB)
    assert [m.gain_fen for m in found] == sorted((m.gain_fen for m in found), reverse=True)
    assert len({(m.fact, m.needs) for m in found}) == len(found)


@pytest.mark.parametrize("fact", ["city_level", "service_item", "channel", "month", "rework"])
def test_nobody_is_told_of_another_city_or_another_job(fact: str) -> None:
    assert fact not in misses()


def test_what_is_reached_already_is_not_near() -> None:
    reached = misses(rain=True, urgent=True, rating_x10=50, installer_month_orders=90, grade="G5")
    assert not {"rain", "urgent", "rating_x10", "installer_month_orders", "grade"} & set(reached)


def test_a_row_with_two_failing_facts_is_not_near() -> None:
    rows = [{"id": "R", "when": {"rain": True, "urgent": True}, "rate_bp": 1000}]
    body = {
        "format": 1, "version": "1", "effective_from": "2025-01-01", "parties": ["installer"],
        "components": [
            {"code": "A", "kind": "flat", "party": "installer", "amount_fen": 100},
            {"code": "B", "kind": "percent", "party": "installer", "base": "A", "rows": rows},
        ],
    }  # fmt: skip
    compiled = compile_rules(body)
    for rain, urgent, near in ((False, False, 0), (True, False, 1), (True, True, 0)):
        facts = replace(JOB, rain=rain, urgent=urgent)
        assert len(near_misses(compiled, body, facts)) == near


def test_it_is_said_with_the_real_numbers() -> None:
    found = misses()
    assert explain_near(found["visits"], str) == (
        "6 more minutes of work between 18:00 and 06:00: ¥19.80 more"
    )
    assert explain_near(found["rating_x10"], str) == ("customer rating 4.7, from 4.8 on ¥2.97 more")
    assert explain_near(found["rain"], str).startswith("rain no, with yes ")
