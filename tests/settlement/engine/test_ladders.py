"""Ladders of a person: which rung is reached, which comes next, and whose facts count."""

from __future__ import annotations

from typing import Any

import pytest

from settlement.engine.ladders import ladders

ROWS = [{"from": 0, "rate_bp": 0}, {"from": 40, "rate_bp": 200}, {"from": 80, "rate_bp": 200},
        {"from": 100, "rate_bp": 400}]  # fmt: skip


def component(**other: Any) -> dict[str, Any]:
    return {
        "code": "VOLUME", "label": "月单量奖", "kind": "brackets", "party": "installer",
        "measure": "installer_month_orders", "scheme": "volume", "gives": "rate_bp",
        "brackets": ROWS,
    } | other  # fmt: skip


@pytest.mark.parametrize(
    ("value", "gives_now", "next_at"),
    [(0, 0, 40), (39, 0, 40), (40, 200, 100), (85, 200, 100), (100, 400, None)],
)
def test_the_next_rung_is_the_first_that_gives_something_else(
    value: int, gives_now: int, next_at: int | None
) -> None:
    [ladder] = ladders({"components": [component()]}, party="installer")
    now, following = ladder.reached(value), ladder.following(value)
    assert (now and now.gives, following and following.start) == (gives_now, next_at)


@pytest.mark.parametrize(
    "other", [{"measure": "area_month_orders"}, {"party": "branch"}, {"kind": "flat"}]
)
def test_only_a_persons_own_brackets_are_a_ladder(other: dict[str, Any]) -> None:
    assert list(ladders({"components": [component(**other)]}, party="installer")) == []


def test_graduated_prices_are_told_apart_from_rates_for_all() -> None:
    raw = component(scheme="graduated", gives="unit_fen", brackets=[{"from": 0, "unit_fen": 500}])
    [ladder] = ladders({"components": [raw]}, party="installer")
    assert (ladder.rated, ladder.graduated, ladder.rungs[0].gives) == (False, True, 500)
