"""A late order costs each started step beyond the free minutes, up to the contract's maximum."""

from __future__ import annotations

import pytest

from settlement.engine.delay import Terms, penalty_fen

TERMS = Terms(free_min=30, step_min=60, step_fen=2_000, most_fen=5_000)


@pytest.mark.parametrize(
    ("late_min", "fen"),
    [(-5, 0), (0, 0), (30, 0), (31, 2_000), (90, 2_000), (91, 4_000), (151, 5_000), (9_999, 5_000)],
)
def test_each_started_step_costs_up_to_the_maximum(late_min: int, fen: int) -> None:
    assert penalty_fen(late_min, TERMS) == fen
