"""The worked examples of docs/settlement.md come out as printed."""

import re
import tomllib
from pathlib import Path

import pytest

from settlement.engine.kinds import KINDS
from tests.settlement.engine.bodies import outcome_of

HANDBOOK = (Path(__file__).parents[3] / "docs" / "settlement.md").read_text("utf-8")
EXAMPLE = re.compile(
    r"### (?P<name>[^\n]+)\n.*?```toml example\n(?P<rules>.*?)```\n\n(?P<table>(?:\|[^\n]*\n)+)",
    re.S,
)
EXAMPLES = [(m["name"], m["rules"], m["table"]) for m in EXAMPLE.finditer(HANDBOOK)]


def test_the_handbook_has_its_examples() -> None:
    assert len(EXAMPLES) == HANDBOOK.count("```toml example") >= 4


@pytest.mark.parametrize(("name", "rules", "table"), EXAMPLES, ids=[name for name, *_ in EXAMPLES])
def test_a_worked_example_comes_out_as_printed(name: str, rules: str, table: str) -> None:
    printed = [
        [cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]
    ]
    outcome = outcome_of(tomllib.loads(rules))
    lines = sorted([*outcome.lines, *outcome.releases], key=lambda line: line.seq)
    computed = [
        [
            line.code,
            line.rule,
            "" if line.base_fen is None else str(line.base_fen),
            "" if line.rate_num is None else f"{line.rate_num}/{line.rate_den}",
            str(line.amount_fen),
        ]
        for line in lines
    ]
    assert computed == printed


def test_the_handbook_names_every_kind() -> None:
    table = HANDBOOK.split("## Component kinds")[1].split("\n## ")[0]
    assert {kind for kind in KINDS if f"`{kind}`" not in table} == set()
