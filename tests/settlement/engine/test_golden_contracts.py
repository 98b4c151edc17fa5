"""The golden cases finance reads: every component kind, line by line."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from settlement.engine.explain import explain
from settlement.engine.kinds import KINDS
from settlement.engine.result import Outcome, check_line
from tests.settlement.engine.bodies import outcome_of

GOLDEN = Path(__file__).parents[2] / "golden" / "settlement_kinds.toml"
CASES = tomllib.loads(GOLDEN.read_text("utf-8"))["case"]
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
    used = {part["kind"] for case in CASES for part in case["components"]}
    assert used == set(KINDS)
