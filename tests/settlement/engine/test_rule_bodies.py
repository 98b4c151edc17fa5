"""Reading rule bodies: every fault is found with its place, before a fen is computed."""

from typing import Any

import pytest

from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts
from settlement.engine.lint import check_rules, sound_rules
from settlement.engine.reading import RulesError
from settlement.engine.rules import compile_rules
from tests.settlement.engine.bodies import body_of, flat

BASE = flat("BASE", 100)
FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "magic"}, "rules.components[1].kind: 'magic' is none of"),
    ({"kind": "percent", "base": "LATER", "rate_bp": 1}, "LATER is no component, sum or fact"),
    ({"kind": "percent", "base": "X", "rate_bp": 1}, "X comes later"),
    ({"kind": "percent", "base": "BASE"}, "the field rate_bp is missing"),
    ({"kind": "percent", "base": "BASE", "rate_bp": "8"}, ".rate_bp: a whole number is needed"),
    ({"kind": "flat", "amount_fen": 1, "amout": 2}, "components[1].amout: unknown field"),
    ({"kind": "flat", "amount_fen": 1, "when": {"moon": "full"}}, "moon is not a fact"),
    ({"kind": "flat", "amount_fen": 1, "when": {"floor": "high"}}, "the cell cannot be read"),
    ({"kind": "flat", "amount_fen": 1, "party": "uncle"}, "the party uncle is not declared"),
    ({"kind": "table", "table": "none"}, "there is no table none"),
    ({"kind": "price", "grid": "none"}, "there is no grid none"),
    ({"kind": "per_unit", "quantity": "city", "unit_fen": 1}, "city is not a fact that can be"),
    ({"kind": "steps", "step": 0, "counted": "full", "amount_fen": 1, "most": 1}, "at least 1"),
    ({"kind": "split", "base": "BASE", "shares": [{"code": "HQ", "party": "hq", "bp": 9999}]},
     "the shares of X must be 1 numbers with the sum 10000"),
    ({"kind": "brackets", "base": "BASE", "measure": "quantity", "scheme": "volume",
      "gives": "rate_bp", "brackets": [{"from": 5, "rate_bp": 1}, {"from": 5, "rate_bp": 2}]},
     "brackets must rise"),
    ({"kind": "flat", "amount_fen": 1, "mode": "multiply"}, "only a rate can multiply"),
    ({"kind": "cap", "base": "BASE", "limit_fen": 1, "at_most_fen": 1}, "do not work with cap"),
    ({"kind": "table", "hit": "COLLECT", "at_least_fen": 5,
      "rows": [{"id": "A", "amount_fen": 1}]}, "need a component with one line"),
    ({"kind": "window", "from": "25:00", "amount_fen": 1}, "a time of day is needed"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "said"), FAULTS)
def test_a_fault_is_told_with_its_place(part: dict[str, Any], said: str) -> None:
    body = body_of({"components": [BASE, {"code": "X", **part}]})
    with pytest.raises(RulesError) as caught:
        compile_rules(body)
    assert said in str(caught.value)
    assert [finding.level for finding in check_rules(body)] == ["fault"] * len(caught.value.errors)


def test_all_faults_are_told_at_once() -> None:
    body = body_of({"components": [BASE, BASE, flat("bad code", 1), {"code": "X", "kind": "?"}]})
    with pytest.raises(RulesError) as caught:
        compile_rules({**body, "effective_from": "soon"})
    assert len(caught.value.errors) == 4


def test_a_number_with_a_fraction_is_refused_wherever_it_stands() -> None:
    with pytest.raises(RulesError, match=r"components\.0\.amount_fen"):
        compile_rules(body_of({"components": [flat("BASE", 1.5)]}))  # type: ignore[arg-type]  # a fraction on purpose


def test_sums_that_lead_in_a_circle_are_refused() -> None:
    sums = {"a": {"of": ["b"]}, "b": {"of": ["a"]}}
    part = {"code": "X", "kind": "percent", "base": "a", "rate_bp": 1}
    with pytest.raises(RulesError, match="cannot be a base"):
        compile_rules(body_of({"sums": sums, "components": [part]}))


def test_an_equal_body_is_compiled_once() -> None:
    first, second = (compile_rules(body_of({"components": [BASE]})) for _ in range(2))
    assert first is second


def table(hit: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return body_of({"components": [{"code": "T", "kind": "table", "hit": hit, "rows": list(rows)}]})


def row(name: str, **when: Any) -> dict[str, Any]:
    return {"id": name, "when": when, "amount_fen": 1}


CHECKS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    (table("UNIQUE", row("LOW", floor="<= 5"), row("HIGH", floor=">= 5")),
     "rows LOW and HIGH both apply", {"floor": 5}),
    (table("UNIQUE", row("LOW", floor="< 5"), row("HIGH", floor="> 5")),
     "no row applies", {"floor": 5}),
    (table("FIRST", row("ALL"), row("NEVER", floor=3)), "row NEVER is never reached, ALL applies", {"floor": 3}),
    (table("FIRST", row("RAIN", rain=True, urgent=True), row("DRY", rain=False)),
     "no row applies", {"rain": True, "urgent": False}),
    (body_of({"components": [{"code": "V", "kind": "brackets", "measure": "quantity",
      "scheme": "volume", "gives": "unit_fen",
      "brackets": [{"from": 0, "unit_fen": 100}, {"from": 10, "unit_fen": 80}]}]}),
     "10 gives ¥8.00, one less gives ¥9.00", {"quantity": 10}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "said", "example"), CHECKS)
def test_what_is_doubtful_comes_with_a_counter_example(
    body: dict[str, Any], said: str, example: dict[str, Any]
) -> None:
    (finding,) = check_rules(body)
    assert said in str(finding)
    assert finding.example == example


def test_a_complete_table_without_overlaps_is_quiet() -> None:
    assert check_rules(table("UNIQUE", row("LOW", floor="< 5"), row("HIGH", floor=">= 5"))) == []


OVERLAP = row("LOW", floor="< 5"), row("TOO", floor="< 9")


@pytest.mark.parametrize(
    "body",
    [
        table("UNIQUE", *OVERLAP),
        table("FIRST", *OVERLAP),
        table("COLLECT", *OVERLAP),
        table("UNIQUE", row("LOW", floor="< 5"), row("HIGH", floor=">= 5")),
        table("UNIQUE", row("LOW", floor="< 5"), row("LOW2", moon="< 5")),
        body_of({"tables": {"t": {"rows": list(OVERLAP)}}, "components": [flat("BASE", 1)]}),
        table("UNIQUE", row("LOW", floor="< 5"), row("HIGH", floor=">= 5"))
        | {"permits": ["/components/T/rows/HIGH/when/floor"],
           "overrides": {"ZJ": {"/components/T/rows/HIGH/when/floor": ">= 3"}}},
        table("UNIQUE", row("LOW", floor="< 5"), row("HIGH", floor=">= 5"))
        | {"permits": ["/components/T/rows/HIGH/amount_fen"],
           "overrides": {"ZJ": {"/components/T/rows/HIGH/amount_fen": 7}}},
    ],
)  # fmt: skip
def test_rules_are_sound_exactly_if_the_whole_check_finds_no_fault(body: dict[str, Any]) -> None:
    faults = [each for each in check_rules(body) if each.level == "fault"]
    assert (sound_rules(body) is None) == bool(faults)


def test_a_region_with_a_table_of_its_own_is_compiled_with_that_one() -> None:
    body = table("UNIQUE", row("LOW", floor="< 5"), row("HIGH", floor=">= 5"))
    named = {"t": {"hit": "UNIQUE", "rows": body["components"][0]["rows"]}}
    body = body_of({"tables": named, "components": [{"code": "T", "kind": "table", "table": "t"}]})
    path = "/tables/t/rows/HIGH/amount_fen"
    body |= {"permits": [path], "overrides": {"ZJ": {path: 70}, "SH": {path: 90}}}
    rules = compile_rules(body)

    def pays(*path: str) -> int:
        return settle(rules, JobFacts(floor=9, region_path=path)).total_fen

    assert [pays("X"), pays("ZJ"), pays("SH"), pays("ZJ", "SH")] == [1, 70, 90, 90]
