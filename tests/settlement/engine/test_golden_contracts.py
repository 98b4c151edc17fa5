"""The golden cases finance reads: every component kind, line by line."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from settlement.engine.explain import explain
from settlement.engine.kinds import KINDS
from settlement.engine.lint import check_rules
from settlement.engine.result import Outcome, check_line
from tests.settlement.engine.bodies import body_of, outcome_of

GOLDEN = Path(__file__).parents[2] / "golden"
KINDS_CASES, FIELD_CASES = (
    tomllib.loads((GOLDEN / name).read_text("utf-8"))["case"]
    for name in ("settlement_kinds.toml", "settlement_field.toml")
)
CASES = [*KINDS_CASES, *FIELD_CASES]
# The money rules among what companies in the field asked for, by the number they go by.
ASKED_FOR = {*range(76, 109), 113, 114, 115, 116, 124, 125, 127, 128, 129, 130}
Job = tuple[Mapping[str, Any], Mapping[str, Any]]


def jobs() -> Iterator[Any]:
    for case in CASES:
        for number, job in enumerate(case.get("jobs", ())):
            yield pytest.param((case, job), id=f"{case['name']}-{number}")
        fact = case.get("table", {}).get("fact")
        for value, total_fen in case.get("table", {}).get("total_fen", ()):
            job = {"facts": {fact: value}, "total_fen": total_fen}
            yield pytest.param((case, job), id=f"{case['name']}-{value}")


def settled(job: Job) -> Outcome:
    case, facts = job
    return outcome_of({**case, "facts": facts["facts"]})


@pytest.mark.parametrize("job", list(jobs()))
def test_the_golden_amounts_come_out(job: Job) -> None:
    outcome, wanted = settled(job), job[1]
    assert outcome.flags == ()
    if "total_fen" in wanted:
        assert outcome.total_fen == wanted["total_fen"]
    else:
        assert [[line.code, line.amount_fen] for line in outcome.lines] == wanted["lines"]
    if "shares" in wanted:
        shares = [[line.code, line.who, line.amount_fen] for line in outcome.lines if line.who]
        assert shares == wanted["shares"]
    if "released" in wanted:
        reached = [line for line in outcome.releases if line.because["reached"]]
        assert [[line.code, line.amount_fen] for line in reached] == wanted["released"]


@pytest.mark.parametrize("job", list(jobs()))
def test_every_line_proves_its_own_amount_and_explains_itself(job: Job) -> None:
    outcome = settled(job)
    for line in (*outcome.lines, *outcome.releases):
        assert check_line(line)
        assert not check_line(line._replace(amount_fen=line.amount_fen + 1))
        assert explain(line, str)
    assert sum(outcome.totals.values()) == outcome.total_fen


def test_every_kind_has_a_golden_case() -> None:
    used = {part["kind"] for case in KINDS_CASES for part in case["components"]}
    assert used == set(KINDS)


def test_every_money_rule_that_was_asked_for_has_a_golden_case() -> None:
    assert {int(case["name"].split("_")[0]) for case in FIELD_CASES} == ASKED_FOR


@pytest.mark.parametrize("case", FIELD_CASES, ids=lambda case: str(case["name"]))
def test_the_rules_of_the_field_pass_the_check_of_publishing(case: Mapping[str, Any]) -> None:
    assert [str(each) for each in check_rules(body_of(case)) if each.level == "fault"] == []
