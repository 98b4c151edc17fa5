"""Another currency becomes whole fen once, half away from zero, and says how."""

from __future__ import annotations

from decimal import Decimal

import pytest

from settlement.engine.currency import PaidIn, amount_of, fen_of, paid_fen_of, paid_words


@pytest.mark.parametrize(
    ("minor", "currency", "rate", "fen"),
    [
        (12_000, "USD", "7.1234", 85_481),
        (100, "USD", "7.12345", 712),
        (10_000, "JPY", "0.0475", 47_500),
        (1, "JPY", "0.00005", 0),
        (1, "JPY", "0.005", 1),
        (1_500, "KWD", "23.2", 3_480),
        (-12_000, "USD", "7.1234", -85_481),
        (3, "USD", "0.5", 2),
    ],
)
def test_a_payment_is_rounded_once_half_away_from_zero(
    minor: int, currency: str, rate: str, fen: int
) -> None:
    assert fen_of(minor, currency, Decimal(rate)) == fen


def test_words_name_amount_rate_and_source_or_the_missing_rate() -> None:
    bare = PaidIn("USD", 12_000, "2026-11-03")
    assert paid_fen_of(bare) is None
    assert paid_words(bare, str) == "paid USD 120.00; no rate of USD is known for 2026-11-03"
    full = bare._replace(rate="7.1234", rate_day="2026-11-02", source="SAFE")
    assert paid_words(full, str) == (
        "paid USD 120.00; 1 USD = 7.1234 yuan (SAFE, 2026-11-02): ¥854.81"
    )
    assert amount_of(10_000, "JPY") == "JPY 10,000"
