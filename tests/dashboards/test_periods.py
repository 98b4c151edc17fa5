"""Which days a period has, and what a running one is compared with."""

from __future__ import annotations

from datetime import date

import pytest

from dashboards.figures import Figures, change_bp, share_bp, total
from dashboards.periods import Kind, last_days, period_of


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        (Kind.WEEK, "2026-11-22", "2026-11-16", "2026-11-22"),
        (Kind.WEEK, "2026-11-23", "2026-11-23", "2026-11-29"),
        (Kind.MONTH, "2026-12-31", "2026-12-01", "2026-12-31"),
        (Kind.MONTH, "2028-02-10", "2028-02-01", "2028-02-29"),
        (Kind.QUARTER, "2026-11-22", "2026-10-01", "2026-12-31"),
        (Kind.QUARTER, "2026-03-31", "2026-01-01", "2026-03-31"),
    ],
)
def test_weeks_begin_on_monday_and_months_and_quarters_are_the_calendars(kind, day, first, last):
    period = period_of(kind, date.fromisoformat(day))
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert period.after().before() == period


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        ("2026-03-01", "2026-02-01", "2026-02-01"),
        ("2026-03-10", "2026-02-01", "2026-02-10"),
        ("2026-03-30", "2026-02-01", "2026-02-28"),
        ("2026-03-31", "2026-02-01", "2026-02-28"),
        ("2026-05-01", "2026-02-01", "2026-02-28"),
        ("2026-01-01", "2026-02-01", "2026-02-01"),
    ],
)
def test_a_running_month_is_compared_with_as_many_days_of_the_month_before(today, first, last):
    compared = period_of(Kind.MONTH, date(2026, 3, 5)).compared(date.fromisoformat(today))
    assert (compared.first.isoformat(), compared.last.isoformat()) == (first, last)


def test_the_last_days_end_with_the_day_asked_for():
    assert last_days(3, date(2026, 3, 1)) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
    ]


@pytest.mark.parametrize(
    ("part", "whole", "bp"),
    [(1, 3, 3_333), (2, 3, 6_667), (-1, 3, -3_333), (1, 20_000, 1), (0, 5, 0), (5, 0, None)],
)
def test_shares_are_rounded_half_away_from_zero_and_nothing_has_none(part, whole, bp):
    assert share_bp(part, whole) == bp


def test_a_change_is_measured_from_what_was_before():
    assert change_bp(150, 100) == 5_000
    assert change_bp(50, 100) == -5_000
    assert change_bp(50, 0) is None


def test_figures_add_up_measure_by_measure():
    one = Figures(1, 1_000, 550, 50, 50, 50, 300)
    assert total([one, one, one]) == Figures(3, 3_000, 1_650, 150, 150, 150, 900)
    assert total([]).rate_bp is None
    assert one.rate_bp == 3_000
