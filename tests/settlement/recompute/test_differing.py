"""What an order's new money changes, payee by payee: plain values, no database."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from settlement.engine.facts import restored
from settlement.recompute.comparing import _copied
from settlement.recompute.differing import changes

RULES: Any = SimpleNamespace(label_of=lambda code: f"new {code}")
TO = {"installer": 1, "branch": 2, "agent": 2}


def line(party_id: int | None, code: str, fen: int) -> Any:
    return (9, "role", party_id, code, f"old {code}", fen)


@pytest.mark.parametrize(
    ("stored", "fresh", "wanted"),
    [
        ([line(1, "B", 5)], {"installer": {"B": 5}}, []),
        ([line(1, "B", 5)], {"installer": {"B": 7}}, [(1, 5, 7, "B", "new B")]),
        ([line(1, "B", 5), line(1, "B", 2)], {"installer": {"B": 7}}, []),
        # A component that is gone keeps the word it had.
        ([line(1, "B", 5), line(1, "C", 9)], {"installer": {"B": 5}}, [(1, 14, 5, "C", "old C")]),
        # Two changes that make up for each other change no payee's money.
        ([line(1, "B", 5), line(1, "C", 5)], {"installer": {"B": 6, "C": 4}}, []),
        # Branch and agent are one payee here.
        ([line(2, "D", 8)], {"branch": {"D": 5}, "agent": {"D": 3}}, []),
        ([line(2, "D", 8)], {"branch": {"D": 5}, "agent": {"E": 4}}, [(2, 8, 9, "E", "new E")]),
        # Whoever had nothing before, and whoever has nothing any more.
        ([line(2, "D", 8)], {"installer": {"B": 8}},
         [(2, 8, 0, "D", "old D"), (1, 0, 8, "B", "new B")]),
        ([line(None, "D", 8)], {"nobody": {"B": 8}}, []),
    ],
)  # fmt: skip
def test_only_payees_whose_sum_changes_are_named_with_the_largest_cause(
    stored: list[Any], fresh: dict[str, dict[str, int]], wanted: list[Any]
) -> None:
    assert [change[:5] for change in changes(stored, fresh, TO, RULES)] == wanted


def test_the_components_behind_a_change_come_largest_first() -> None:
    stored = [line(1, "A", 100), line(1, "B", 100), line(1, "C", 100)]
    (change,) = changes(stored, {"installer": {"A": 101, "B": 150, "C": 100}}, TO, RULES)
    shown = json.loads(change.because)["lines"]
    assert shown == [["B", "new B", 100, 150], ["A", "new A", 100, 101]]


@pytest.mark.parametrize(
    ("label", "copied"), [("基础价", "基础价"), ("a\tb", r"a\tb"), ("a\\b\nc", r"a\\b\nc")]
)
def test_words_of_a_tenant_cannot_end_a_column_or_a_row(label: str, copied: str) -> None:
    row = (1, 2, 3, 4, None, 5, 6, "A", label, '{"a":"\\""}', "")
    assert _copied(row) == f"1\t2\t3\t4\t\\N\t5\t6\tA\t{copied}\t" + '{"a":"\\\\""}' + "\t\n"


@pytest.mark.parametrize("name", ["no_such_fact", "cross_branch"])
def test_a_stored_fact_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match="unknown facts"):
        restored({"done_on": "2026-11-02", name: True})
