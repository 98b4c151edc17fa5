"""A fact nobody knows yet makes its lines provisional, never zero in silence."""

import json
from typing import Any

from settlement.engine.difference import difference, explain_difference
from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts, MaterialUse, VisitPart, restored
from settlement.engine.result import Outcome, check_line
from settlement.engine.rules import compile_rules
from tests.settlement.engine.bodies import body_of, flat, outcome_of

RULES: dict[str, Any] = {
    "sums": {"labour": {"label": "Labour", "of": ["BASE", "BONUS"]}},
    "grids": {"price": {"rows_by": ["service_item"], "fen": {"HA-1": 10_000}}},
    "components": [
        {"code": "BASE", "kind": "price", "grid": "price"},
        {"code": "BONUS", "kind": "percent", "base": "BASE", "rows": [
            {"id": "G1", "when": {"grade": "G1"}, "rate_bp": 0},
            {"id": "G4", "when": {"grade": "G4"}, "rate_bp": 1000}]},
        {"code": "NIGHT", "kind": "percent", "base": "labour", "rate_bp": 2000,
         "when": {"night": True}},
        {"code": "DIST", "kind": "per_unit", "quantity": "distance_m", "unit_fen": 1, "per": 100},
        flat("FIXED", 500),
    ],
}  # fmt: skip
KNOWN = {"service_item": "HA-1", "grade": "G4", "night": True, "distance_m": 5000}


def outcome(**changed: Any) -> Outcome:
    return outcome_of({**RULES, "facts": {**KNOWN, **changed}})


def provisional(found: Outcome) -> dict[str, list[str]]:
    return {line.code: line.because["unknown"] for line in found.lines if line.provisional}


def test_with_every_fact_known_nothing_is_provisional() -> None:
    found = outcome()
    assert (found.flags, provisional(found)) == ((), {})


def test_an_unknown_condition_stands_as_a_line_of_nothing() -> None:
    found = outcome(night=None)
    assert found.flags == ("provisional",)
    assert provisional(found) == {"NIGHT": ["night"]}


def test_what_is_based_on_an_unknown_amount_waits_with_it() -> None:
    found = outcome(grade=None)
    assert provisional(found) == {"BONUS": ["grade"], "NIGHT": ["grade"]}
    assert all(check_line(line) for line in found.lines)


def test_a_condition_that_is_certainly_not_met_waits_for_nothing() -> None:
    assert provisional(outcome(grade=None, night=False)) == {"BONUS": ["grade"]}


def test_an_item_without_a_price_is_flagged() -> None:
    found = outcome(service_item="HA-2")
    assert found.flags == ("provisional", "no_price")
    assert provisional(found)["BASE"] == ["no_price"]


def test_a_component_may_declare_that_an_unknown_fact_means_none() -> None:
    skipping = [{**part, "unknown": "skip"} for part in RULES["components"][1:2]]
    case = {"components": [flat("BASE", 100), *skipping], "facts": {}}
    assert outcome_of(case).flags == ()


def test_equal_facts_have_equal_fingerprints() -> None:
    assert outcome().facts_sha == outcome().facts_sha != outcome(night=False).facts_sha


def test_stored_facts_come_back_equal() -> None:
    facts = JobFacts(
        branch="b1",
        home_branch="b2",
        visits=(VisitPart("2025-07-01", 2, "workday", 600, 660),),
        materials=(MaterialUse("M", 1500, 3800),),
        stages=("completed",),
        extra={"narrow": True},
    )
    again = restored(json.loads(json.dumps(facts.plain())))
    assert again == facts
    assert again.fingerprint() == facts.fingerprint()


def test_the_difference_to_the_estimate_names_the_facts_that_changed() -> None:
    rules = compile_rules(body_of(RULES))
    estimate = settle(rules, restored({**KNOWN, "night": False, "distance_m": 3000}))
    settled = settle(rules, restored(KNOWN))
    found = difference(rules, estimate, settled)
    assert [(entry.code, entry.diff_fen, entry.causes) for entry in found] == [
        ("NIGHT", 2200, ("night",)),
        ("DIST", 20, ("distance_m",)),
    ]
    assert sum(entry.diff_fen for entry in found) == settled.total_fen - estimate.total_fen
    assert explain_difference(found[1], str.upper, "rule") == "DISTANCE"


def test_a_difference_through_new_rules_says_so() -> None:
    newer = {**RULES, "components": [*RULES["components"][:4], flat("FIXED", 700)]}
    old, new = compile_rules(body_of(RULES)), compile_rules(body_of(newer))
    found = difference(new, settle(old, restored(KNOWN)), settle(new, restored(KNOWN)))
    assert [(entry.code, entry.diff_fen, entry.causes) for entry in found] == [
        ("FIXED", 200, ("rule",))
    ]
