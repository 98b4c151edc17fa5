"""In every contract several orders of one item bring what the item brings once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts, restored
from settlement.engine.item_part import ItemPart, is_of_the_item
from settlement.engine.money import cut_fen
from settlement.engine.result import Outcome, check_line
from settlement.engine.rules import Compiled, compile_rules
from tests.settlement.engine.bodies import body_of, flat
from tests.settlement.engine.test_on_site import CONTRACTS

PARTS = (ItemPart(0, 7, 30, 1, 4), ItemPart(7, 7, 30, 1, 4), ItemPart(7, 30, 30, 2, 4))


def shared(compiled: Compiled, facts: JobFacts) -> list[Outcome]:
    """The same job done by three orders, each with its part of what was paid."""
    paid = facts.paid_fen or 0
    return [
        settle(
            compiled,
            replace(
                facts, item_part=part, paid_fen=cut_fen(paid, part.start, part.end, part.whole)
            ),
        )
        for part in PARTS
    ]


@pytest.mark.parametrize("name", list(CONTRACTS))
def test_amounts_of_the_item_sum_to_those_of_one_order(name: str) -> None:
    body, facts = CONTRACTS[name]
    compiled = compile_rules(body)
    kinds = {piece.code: piece.kind for piece in compiled.pieces}

    def of_the_item(outcome: Outcome) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in outcome.lines:
            kind = kinds[compiled.component_of(line.code)]
            if is_of_the_item(kind, tuple(line)) and kind not in ("cap", "floor"):
                found[line.code] = found.get(line.code, 0) + line.amount_fen
        return found

    whole, parts = settle(compiled, facts), shared(compiled, facts)
    summed: dict[str, int] = {}
    for part in parts:
        assert all(check_line(line) for line in (*part.lines, *part.releases))
        assert part.provisional == whole.provisional
        for code, fen in of_the_item(part).items():
            summed[code] = summed.get(code, 0) + fen
    assert summed == of_the_item(whole)
    if whole.total_fen == facts.paid_fen:
        assert [each.total_fen for each in parts] == [each.facts.paid_fen for each in parts]


def test_facts_with_a_part_come_back_from_storage_and_others_keep_their_fingerprint() -> None:
    facts = JobFacts(item_part=PARTS[0])
    assert restored({**facts.plain(), "item_part": list(PARTS[0])}) == facts
    assert "item_part" not in JobFacts().plain()


BOUNDS: Mapping[str, list[dict[str, Any]]] = {
    "floor": [flat("A", 1_000), {"code": "F", "kind": "floor", "base": "A", "limit_fen": 5_000}],
    "cap": [flat("A", 9_000), {"code": "F", "kind": "cap", "base": "A", "limit_fen": 5_000}],
    "max": [flat("A", 4_000), flat("F", 5_000, mode="max", over=["A"])],
    "at least": [{"code": "F", "kind": "per_unit", "quantity": "quantity", "unit_fen": 100,
                  "at_least_fen": 5_000}],
}  # fmt: skip


@pytest.mark.parametrize("name", list(BOUNDS))
def test_bounds_hold_for_the_item_and_not_for_each_order(name: str) -> None:
    compiled = compile_rules(body_of({"components": BOUNDS[name]}))
    parts = shared(compiled, JobFacts(quantity=1))
    assert settle(compiled, JobFacts(quantity=1)).total_fen == 5_000
    assert sum(each.total_fen for each in parts) == 5_000
    assert all(check_line(line) for each in parts for line in each.lines)


def test_the_way_and_the_hours_are_each_orders_own() -> None:
    steps = {"code": "W", "kind": "steps", "measure": "distance_m", "step": 1_000, "most": 9,
             "counted": "full", "amount_fen": 200}  # fmt: skip
    compiled = compile_rules(body_of({"components": [flat("A", 3_000), steps]}))
    parts = shared(compiled, JobFacts(distance_m=4_000))
    assert [each.total_fen for each in parts] == [700 + 800, 800, 2_300 + 800]
