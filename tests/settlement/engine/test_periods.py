"""Bonuses on a period: the bracket reached counts for all of it, or each bracket for its own part."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.engine.explain import explain
from settlement.engine.periods import PeriodFacts, settle_period
from settlement.engine.reading import RulesError
from settlement.engine.result import check_line
from settlement.engine.rules import compile_rules
from settlement.services.publishing import PRESETS, read_rules

BY_ORDER = [
    {"from": 10, "each_fen": 300},
    {"from": 30, "each_fen": 500},
    {"from": 60, "each_fen": 800},
]
BY_RATE = [{"from": 100_000, "rate_bp": 100}, {"from": 300_000, "rate_bp": 250}]


def rules(**changes: Any) -> Any:
    bonus = {
        "code": "PVOL", "label": "月度阶梯奖", "party": "installer", "measure": "orders",
        "mode": "volume", "brackets": BY_ORDER, **changes,
    }  # fmt: skip
    body = {**read_rules(PRESETS / "home_appliances.toml"), "period": [bonus]}
    return compile_rules(body).periods


def total(found: Any, orders: int, fen: int = 0) -> int:
    lines = settle_period(found, "installer", PeriodFacts(orders, fen))
    assert all(check_line(line) for line in lines)
    return sum(line.amount_fen for line in lines)


@pytest.mark.parametrize(
    ("orders", "volume_fen", "graduated_fen"),
    [
        (9, 0, 0),
        (10, 3_000, 300),
        (29, 8_700, 6_000),
        (30, 15_000, 6_500),
        (59, 29_500, 21_000),
        (60, 48_000, 21_800),
    ],
)
def test_all_orders_count_at_the_bracket_reached_or_each_at_its_own(
    orders: int, volume_fen: int, graduated_fen: int
) -> None:
    assert total(rules(), orders) == volume_fen
    assert total(rules(mode="graduated"), orders) == graduated_fen


@pytest.mark.parametrize(
    ("fen", "volume_fen", "graduated_fen"),
    [(99_999, 0, 0), (100_000, 1_000, 0), (300_000, 7_500, 2_000), (400_000, 10_000, 4_500)],
)
def test_amounts_bring_a_rate_of_themselves(fen: int, volume_fen: int, graduated_fen: int) -> None:
    rated = {"measure": "amount", "brackets": BY_RATE}
    assert total(rules(**rated), 5, fen) == volume_fen
    assert total(rules(**rated, mode="graduated"), 5, fen) == graduated_fen


@given(orders=st.integers(0, 5_000), fen=st.integers(0, 10**9))
def test_one_more_never_pays_less_and_the_same_facts_give_the_same_lines(
    orders: int, fen: int
) -> None:
    rated = {"measure": "amount", "brackets": BY_RATE}
    for found in (
        rules(), rules(mode="graduated"), rules(**rated), rules(**rated, mode="graduated"),
    ):  # fmt: skip
        now = settle_period(found, "installer", PeriodFacts(orders, fen))
        assert now == settle_period(found, "installer", PeriodFacts(orders, fen))
        assert sum(line.amount_fen for line in now) <= total(found, orders + 1, fen + 100)
        assert settle_period(found, "hq", PeriodFacts(orders, fen)) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"brackets": []},
        {"brackets": [BY_ORDER[1], BY_ORDER[0]]},
        {"brackets": [{"from": 10, "each_fen": 500}, {"from": 20, "each_fen": 400}]},
        {"mode": "graduated", "brackets": BY_RATE},
        {"party": "nobody"},
        {"colour": "red"},
    ],
)
def test_a_bonus_that_could_lower_or_mislead_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RulesError):
        rules(**changes)


def test_a_bonus_says_how_it_came_about() -> None:
    [line] = settle_period(rules(), "installer", PeriodFacts(31, 0))
    words = explain(line, lambda text: text)
    assert words == "月度阶梯奖; orders of the period 31 reaches 30: 31 × ¥5.00 = ¥155.00"
