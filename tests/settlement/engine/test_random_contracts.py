"""Engine and oracle give the same lines for rule sets and jobs drawn at random."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import fields
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts
from settlement.engine.kinds import KINDS
from settlement.engine.result import Line, check_line
from settlement.engine.rules import compile_rules
from tests.settlement.engine.contract_oracle import Reading, Told, handed_out, rounded
from tests.settlement.engine.random_contracts import another_contract, facts_without_gaps


def told(line: Line) -> Told:
    return Told(line.code, line.party, line.rule, line.amount_fen)


@given(st.integers(0, 10**12))
@settings(max_examples=700, deadline=None)
def test_any_contract_gives_any_job_the_lines_the_oracle_reads(seed):
    chance = random.Random(seed)
    body = another_contract(chance)
    rules = compile_rules(body)
    charged = pays_charges_and_no_fee(body)
    for _ in range(3):
        facts = facts_without_gaps(chance, charged=charged)
        outcome = settle(rules, facts)
        read = Reading(json.loads(json.dumps(body)), vars_of(facts))
        assert [told(line) for line in outcome.lines] == read.lines
        assert [told(line) for line in outcome.releases] == read.releases
        assert outcome.flags == ()
        assert all(check_line(line) for line in (*outcome.lines, *outcome.releases))


def pays_charges_and_no_fee(body: dict[str, Any]) -> bool:
    """Extra charges are left out of fees, and paid where no rule pays them: test_on_site's matter."""
    parts = body["components"]
    fees = [p for p in parts if p["kind"] == "commission" or p["party"] == "channel"]
    return not fees and any(part["kind"] == "charges" for part in parts)


def vars_of(facts: JobFacts) -> dict[str, Any]:
    return {field.name: getattr(facts, field.name) for field in fields(facts)}


def test_the_contracts_drawn_use_every_kind_and_mode():
    drawn = [another_contract(random.Random(seed))["components"] for seed in range(200)]
    parts = [part for components in drawn for part in components]
    kinds = Counter(part["kind"] for part in parts)
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) >= 20
    assert {part.get("mode") for part in parts} == {None, "max", "multiply"}
    assert {part.get("hit") for part in parts} == {None, "FIRST", "COLLECT"}


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        ((1, 2), 1),
        ((-1, 2), -1),
        ((3, 2), 2),
        ((-5, 2), -3),
        ((1, 3), 0),
        ((-2, 3), -1),
        ((7, 1), 7),
    ],
)
def test_the_oracle_rounds_half_away_from_zero(value, whole):
    assert rounded(Fraction(*value)) == whole


def test_the_oracle_gives_missing_fen_to_the_largest_remainders_ties_in_order():
    assert handed_out(100, [3333, 3333, 3334]) == [33, 33, 34]
    assert handed_out(-1, [5000, 5000]) == [-1, 0]
