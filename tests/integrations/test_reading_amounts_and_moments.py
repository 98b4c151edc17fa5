from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.errors import MappingError
from integrations.money import fen_to_yuan, not_negative, whole_fen, yuan_to_fen
from integrations.times import (
    from_china,
    from_china_or_none,
    from_epoch_ms,
    from_epoch_s,
    from_text_or_ms,
    to_china,
    windows,
)

NINE = datetime(2026, 1, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [("1288.00", 128_800), ("0.01", 1), ("0.1", 10), ("7", 700), ("-3.05", -305), (12, 1200)],
)
def test_yuan_text_becomes_exact_fen(yuan, fen):
    assert yuan_to_fen(yuan, "payment") == fen


@pytest.mark.parametrize(
    "amount",
    [
        0.1 + 0.2,
        1.0,
        None,
        True,
        "",
        " 1",
        "1.005",
        "1e3",
        "1_000",
        "１２",
        "NaN",
        "1,000.00",
        [],
        "9" * 13,
    ],
)
def test_an_amount_that_is_not_plain_yuan_is_refused(amount):
    with pytest.raises(MappingError, match="payment"):
        yuan_to_fen(amount, "payment")


def test_a_negative_price_is_refused_with_its_field():
    with pytest.raises(MappingError, match=r"payment: amount\.negative"):
        not_negative(yuan_to_fen("-1.00", "payment"), "payment")


@pytest.mark.parametrize(("sent", "fen"), [(15_000, 15_000), ("15000", 15_000), (-1, -1)])
def test_whole_fen_stay_fen(sent, fen):
    assert whole_fen(sent, "amount") == fen


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_fen_survive_the_way_through_yuan_text(fen):
    assert yuan_to_fen(fen_to_yuan(fen), "amount") == fen


@pytest.mark.parametrize(
    ("read", "sent"),
    [
        (from_china, "2026-01-02 09:00:00"),
        (from_text_or_ms, "2026-01-02 09:00:00"),
        (from_text_or_ms, "1767315600000"),
        (from_epoch_ms, 1_767_315_600_000),
        (from_epoch_s, 1_767_315_600),
        (from_epoch_s, "1767315600"),
    ],
)
def test_every_way_of_writing_nine_in_china_is_one_in_utc(read, sent):
    assert read(sent, "created") == NINE


@pytest.mark.parametrize(
    "sent",
    [
        "2026-02-30 00:00:00",
        "2026-01-02",
        "0001-01-01 00:00:00",
        "9999-12-31 23:59:59",
        5,
        "",
        None,
    ],
)
def test_a_moment_that_cannot_be_meant_is_refused(sent):
    with pytest.raises(MappingError, match="created"):
        from_china(sent, "created")


@pytest.mark.parametrize("sent", ["", None])
def test_a_moment_that_has_not_come_yet_is_none(sent):
    assert from_china_or_none(sent, "pay_time") is None


def test_china_text_survives_a_round_trip():
    assert to_china(NINE) == "2026-01-02 09:00:00"


def test_windows_cover_the_whole_span_without_a_gap():
    end = NINE + timedelta(minutes=70)
    parts = list(windows(NINE, end, timedelta(minutes=30)))
    assert [stop - start for start, stop in parts] == [timedelta(minutes=30)] * 2 + [
        timedelta(minutes=10)
    ]
    assert parts[0][0] == NINE
    assert parts[-1][1] == end
    assert all(one[1] == other[0] for one, other in pairwise(parts))
