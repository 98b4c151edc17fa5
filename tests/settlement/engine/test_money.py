"""Rounding and dividing: half away from zero, nothing lost, the same for negative amounts."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.engine.money import allocate, share_fen


@pytest.mark.parametrize(
    ("base_fen", "num", "den", "fen"),
    [(5, 1, 2, 3), (-5, 1, 2, -3), (3, 1, 2, 2), (28610, 600, 10000, 1717), (1, 4999, 10000, 0),
     (1, 5000, 10000, 1), (-1, 5000, 10000, -1), (0, 7, 3, 0), (5, -1, 2, -3)],
)  # fmt: skip
def test_a_share_is_rounded_half_away_from_zero(
    base_fen: int, num: int, den: int, fen: int
) -> None:
    assert share_fen(base_fen, num, den) == fen


@given(st.integers(-(10**9), 10**9), st.integers(-(10**5), 10**5), st.integers(1, 10**5))
def test_a_share_equals_the_decimal_calculation(base_fen: int, num: int, den: int) -> None:
    exact = (Decimal(base_fen) * num / den).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert share_fen(base_fen, num, den) == int(exact)


@pytest.mark.parametrize(
    ("amount_fen", "weights", "shares"),
    [
        (10_000, [1, 1, 1], [3334, 3333, 3333]),
        (-10_000, [1, 1, 1], [-3334, -3333, -3333]),
        (1, [3333, 3334, 3333], [0, 1, 0]),
        (2, [5000, 5000, 0], [1, 1, 0]),
        (0, [1, 2], [0, 0]),
    ],
)
def test_missing_fen_go_to_the_largest_remainders_in_declared_order(
    amount_fen: int, weights: list[int], shares: list[int]
) -> None:
    assert allocate(amount_fen, weights) == shares


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(0, 10_000), min_size=1, max_size=6).filter(any),
)
def test_a_split_loses_nothing_and_mirrors_negative_amounts(
    amount_fen: int, weights: list[int]
) -> None:
    shares = allocate(amount_fen, weights)
    assert sum(shares) == amount_fen
    assert allocate(-amount_fen, weights) == [-share for share in shares]
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - amount_fen * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[0, 0], [2, -1]])
def test_weights_nothing_can_be_divided_by_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(100, weights)
