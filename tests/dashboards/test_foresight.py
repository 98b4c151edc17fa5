"""A month is foreseen from the same weekdays of the last weeks, with the error of earlier months."""

from __future__ import annotations

from datetime import date, timedelta

from dashboards.budgets import watched_months
from dashboards.foresight import days_of, foresee, months_before

TODAY = date(2026, 11, 16)
FIRST = date(2026, 7, 1)


def _steady(fen: int = 100) -> dict[date, int]:
    return {FIRST + timedelta(days=n): fen for n in range((TODAY - FIRST).days)}


def test_a_steady_pace_is_foreseen_exactly_and_its_error_is_nothing() -> None:
    seen = foresee(_steady(), month=date(2026, 11, 1), today=TODAY, budget_fen=2_000)
    assert seen is not None
    assert (seen.spent_fen, seen.foreseen_fen, seen.error_bp, seen.tested) == (1_500, 3_000, 0, 3)
    assert seen.used_up_on == date(2026, 11, 21)


def test_weekdays_count_as_what_they_usually_cost() -> None:
    daily = {day: (700 if day.weekday() == 5 else 0) for day in _steady()}
    seen = foresee(daily, month=date(2026, 11, 1), today=TODAY, budget_fen=10_000)
    assert seen is not None
    assert (seen.spent_fen, seen.foreseen_fen) == (1_400, 2_800)
    assert seen.used_up_on is None


def test_the_error_is_what_the_method_missed_in_earlier_months() -> None:
    daily = _steady() | {day: 200 for day in days_of(date(2026, 10, 1)) if day.day >= 16}
    seen = foresee(daily, month=date(2026, 11, 1), today=TODAY, budget_fen=1)
    assert seen is not None
    # October cost 1,500 + 3,200 and was foreseen at 3,100; August and September were right.
    assert seen.error_bp == 1_135
    assert seen.high_fen > seen.foreseen_fen


def test_without_a_week_of_history_nothing_is_foreseen_and_without_months_no_error_is_claimed() -> (
    None
):
    few = {TODAY - timedelta(days=n): 100 for n in range(1, 15)}
    assert foresee({}, month=date(2026, 11, 1), today=TODAY, budget_fen=1) is None
    seen = foresee(few, month=date(2026, 11, 1), today=TODAY, budget_fen=1)
    assert seen is not None
    assert (seen.foreseen_fen, seen.error_bp, seen.tested) == (2_900, None, 0)


def test_the_next_month_is_watched_half_a_month_before_it_begins() -> None:
    assert watched_months(date(2026, 11, 15)) == [date(2026, 11, 1)]
    assert watched_months(TODAY) == [date(2026, 11, 1), date(2026, 12, 1)]
    seen = foresee(_steady(), month=date(2026, 12, 1), today=TODAY, budget_fen=3_000)
    assert seen is not None
    assert (seen.spent_fen, seen.foreseen_fen, seen.error_bp) == (0, 3_100, 0)
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
