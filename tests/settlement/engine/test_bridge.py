"""The causes of a change sum to it to the fen, and each is what it is called."""

from __future__ import annotations

from random import Random

import pytest

from settlement.engine.bridge import Cell, Cells, causes, sum_fen

ONE, TWO = frozenset({1}), frozenset({2})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({(1, 0): Cell(10, 1_000, ONE)}, {(1, 0): Cell(12, 1_200, ONE)}, (200, 0, 0, 0)),
        ({(1, 0): Cell(10, 1_000, ONE)}, {(1, 0): Cell(10, 1_100, TWO)}, (0, 0, 100, 0)),
        ({(1, 0): Cell(10, 1_000, ONE)}, {(1, 0): Cell(10, 1_100, ONE)}, (0, 0, 0, 100)),
        (
            {(1, 0): Cell(10, 1_000, ONE), (2, 0): Cell(10, 3_000, ONE)},
            {(1, 0): Cell(5, 500, ONE), (2, 0): Cell(15, 4_500, ONE)},
            (0, 1_000, 0, 0),
        ),
        ({(1, 0): Cell(10, 1_000, ONE)}, {(2, 0): Cell(10, 1_500, TWO)}, (0, 500, 0, 0)),
        ({}, {(1, 0): Cell(3, 900, ONE)}, (900, 0, 0, 0)),
        ({(1, 0): Cell(3, 900, ONE)}, {}, (-900, 0, 0, 0)),
        ({(1, 0): Cell(3, 100, ONE)}, {(1, 0): Cell(4, 100, ONE)}, (33, 0, 0, -33)),
        ({(1, 0): Cell(2, 300, ONE)}, {(1, 0): Cell(-1, -150, ONE)}, (-450, 0, 0, 0)),
    ],
    ids=["volume", "rule", "facts", "mix", "new item", "first", "gone", "rounded", "taken back"],
)
def test_each_cause_has_its_own_part(
    before: Cells, after: Cells, expected: tuple[int, int, int, int]
) -> None:
    assert tuple(causes(before, after)) == expected


def test_the_causes_sum_to_the_change_whatever_the_cells() -> None:
    draw = Random(7)

    def cells() -> Cells:
        return {
            (draw.randrange(12), 0): Cell(
                draw.randrange(-2, 40), draw.randrange(-9_999, 99_999), draw.choice([ONE, TWO])
            )
            for _ in range(draw.randrange(10))
        }

    for _ in range(500):
        before, after = cells(), cells()
        assert sum(causes(before, after)) == sum_fen(after) - sum_fen(before)
