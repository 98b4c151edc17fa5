"""Amounts are whole fen: what people type is read exactly or refused, and no field rounds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from common.errors import Refused
from common.fields import FenField
from common.money import parse_yuan


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("128.50", 12_850), ("128.5", 12_850), ("0", 0), ("0.01", 1), ("-3.40", -340),
        ("\u22123.40", -340), ("¥1,234.56", 123_456), ("１２８．５", 12_850), (" 7 ", 700),
        ("￥12", 1_200), ("１，２３４", 123_400), ("999999999999.99", 99_999_999_999_999),
    ],
)  # fmt: skip
def test_an_amount_is_read_to_the_fen(typed, fen):
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    "typed",
    ["", "-", "0.005", "1.005", "-0", "-0.00", "1e3", "1e15", "1_000", "1000000000000000", "1,5",
     "1,2,3", "12,34.5", "٣", "NaN", "Infinity", "0x10", "1.", ".5", "1.2.3", "--1", "1 2", "一百"],
)  # fmt: skip
def test_what_is_no_plain_amount_is_refused_with_an_example(typed):
    with pytest.raises(Refused, match=r"128\.50"):
        parse_yuan(typed)


@pytest.mark.parametrize("value", [1.0, 12.5, Decimal("1.00"), "100", True])
def test_a_column_of_money_takes_whole_numbers_alone(value):
    field = FenField()
    for reading in (field.to_python, field.get_prep_value):
        with pytest.raises(ValidationError):
            reading(value)
    assert (field.get_prep_value(100), field.to_python(None)) == (100, None)
