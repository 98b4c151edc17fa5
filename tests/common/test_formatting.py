"""Amounts, distances, times and phone numbers read the same everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from common import formatting

NOW = datetime(2026, 11, 21, 11, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("amount_fen", "text"),
    [
        (123456, "¥1,234.56"),
        (0, "¥0.00"),
        (-1717, "−¥17.17"),
        (5, "¥0.05"),
        (-5, "−¥0.05"),
        (None, "—"),
        (100_000_000_00, "¥100,000,000.00"),
    ],
)
def test_money_has_two_decimals_comma_groups_and_a_real_minus(amount_fen, text):
    assert formatting.money(amount_fen) == text


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("王\u202e伟", "王⟨U+202E⟩伟"),
        ("a\u200bb\u2066c\ufeff", "a⟨U+200B⟩b⟨U+2066⟩c⟨U+FEFF⟩"),
        ("好👨\u200d👩\u200d👧 3号楼", "好👨\u200d👩\u200d👧 3号楼"),
    ],
)
def test_a_sign_nobody_sees_is_written_out_and_emoji_stay_whole(stored, shown):
    assert formatting.visible(stored) == shown


@pytest.mark.parametrize(("amount_fen", "text"), [(1800, "+¥18.00"), (0, "¥0.00"), (-1, "−¥0.01")])
def test_signed_money_marks_a_gain_and_leaves_zero_bare(amount_fen, text):
    assert formatting.money(amount_fen, signed=True) == text


@pytest.mark.parametrize(("amount_fen", "text"), [(123456, "1234.56"), (-5, "-0.05"), (None, "")])
def test_bare_yuan_is_plain_ascii_for_files(amount_fen, text):
    assert formatting.yuan(amount_fen) == text


@pytest.mark.parametrize(
    ("amount_fen", "text"),
    [
        (3_184_200_000, "3,184.2"),
        (50_000, "0.1"),
        (49_999, "0.0"),
        (-50_000, "−0.1"),
        (None, "—"),
    ],
)
def test_ten_thousands_round_half_away_from_zero(amount_fen, text):
    assert formatting.wan(amount_fen) == text


def test_board_money_names_its_unit():
    assert formatting.money_wan(3_184_200_000) == "¥3,184.2 ×10k"
    assert formatting.money_wan(-3_184_200_000) == "−¥3,184.2 ×10k"


@pytest.mark.parametrize(
    ("distance_m", "text"), [(17_300, "17.3 km"), (0, "0.0 km"), (49, "0.0 km"), (50, "0.1 km")]
)
def test_distance_has_one_decimal(distance_m, text):
    assert formatting.km(distance_m) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (100, "1 h 40 min"),
        (60, "1 h"),
        (59, "59 min"),
        (0, "0 min"),
        (-6, "−6 min"),
        (2880, "2 days"),
        (2879, "47 h 59 min"),
        (None, "—"),
    ],
)
def test_duration_names_hours_and_minutes_and_long_ones_days(minutes, text):
    assert formatting.duration(minutes) == text


@pytest.mark.parametrize(("rate_bp", "text"), [(9640, "96.4%"), (21, "0.2%"), (-2160, "−21.6%")])
def test_percentage_has_one_decimal(rate_bp, text):
    assert formatting.percent_bp(rate_bp) == text


@pytest.mark.parametrize(
    ("change_bp", "text"), [(120, "▲ 1.2 points"), (-80, "▼ 0.8 points"), (4, "unchanged")]
)
def test_change_in_points_has_shape_and_word(change_bp, text):
    assert formatting.points_bp(change_bp) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("8613812345678", "138****5678"),
        ("0571-88886666", "****6666"),
        ("10086", "****86"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_phone_number_shows_at_most_seven_digits(number, text):
    assert formatting.masked_phone(number) == text


def test_long_order_number_is_shortened_to_its_last_four():
    assert formatting.short_number("WO-20261121-0482") == "WO-…0482"
    assert formatting.short_number("WO-12") == "WO-12"


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOW, "19:42"),
        (NOW - timedelta(hours=19, minutes=43), "yesterday 23:59"),
        (NOW + timedelta(hours=13), "tomorrow 08:42"),
        (NOW - timedelta(days=2), "19 Nov 19:42"),
        (NOW - timedelta(days=365), "2025-11-21"),
        (None, "—"),
    ],
)
def test_moment_in_a_list_shortens_near_the_present(moment, text):
    assert formatting.when(moment, now=NOW) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOW - timedelta(seconds=20), "just now"),
        (NOW - timedelta(minutes=3), "3 min ago"),
        (NOW + timedelta(minutes=14), "in 14 min"),
        (NOW - timedelta(minutes=60), "18:42"),
    ],
)
def test_relative_time_only_within_an_hour(moment, text):
    assert formatting.since(moment, now=NOW) == text


def test_day_shows_the_year_only_when_it_differs():
    today = date(2026, 11, 21)
    assert formatting.day_text(today, today=today, weekday=True) == "21 Nov Sat"
    assert formatting.day_text(date(2025, 1, 2), today=today) == "2025-01-02"


def test_appointment_window_repeats_no_day():
    end = NOW + timedelta(hours=2)
    assert formatting.window(NOW, end, now=NOW) == "19:42–21:42"
    assert formatting.full_time(NOW) == "2026-11-21 Sat 19:42"
