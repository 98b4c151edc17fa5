"""What counts as out of line."""

from __future__ import annotations

import pytest

from dashboards.anomalies import Shortfall, band_of, outlier, shortfalls

QUIET = (100_00,) * 8


@pytest.mark.parametrize(
    ("weeks", "band"),
    [
        (QUIET, (70_00, 100_00, 130_00)),
        ((100, 110, 90, 105, 95, 100, 108, 92), (70, 100, 130)),
        ((10, 40, 70, 100, 100, 130, 160, 190), (10, 100, 190)),
        ((100, 100, 100, 100, 100, 100, 100, 9_000), (70, 100, 130)),
        ((0,) * 8, (0, 0, 0)),
    ],
)
def test_the_band_is_three_median_deviations_wide_and_at_least_thirty_percent(weeks, band):
    found = band_of(weeks)
    assert (found.low, found.middle, found.high) == band


@pytest.mark.parametrize(
    ("current", "orders", "change_bp"),
    [
        (100_00, 12, None),
        (130_00, 12, None),
        (130_01, 12, 3_001),
        (69_99, 12, -3_001),
        (0, 12, -10_000),
        (0, 11, None),
    ],
)
def test_a_week_outside_its_band_is_told_from_twelve_orders_on(current, orders, change_bp):
    found = outlier(QUIET, current, orders=orders)
    assert (found.change_bp if found else None) == change_bp


def test_without_eight_weeks_or_a_usual_sum_nothing_is_told():
    assert outlier(QUIET[:7], 0, orders=99) is None
    assert outlier((0,) * 8, 500_00, orders=99) is None


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ({1: (100, 100, 100), 2: (100, 100, 100), 3: (40, 40, 40)}, [(3, 120, 240, 5_000)]),
        ({1: (100, 100, 100), 2: (100, 100, 100), 3: (40, 40, 100)}, []),
        ({1: (100, 100, 100), 2: (100, 100, 100), 3: (81, 81, 81)}, []),
        ({1: (100, 100, 100), 2: (100, 100, 100), 3: (78, 78, 78)}, [(3, 234, 276, 1_521)]),
        ({1: (100, 100, 100), 2: (10, 10, 10)}, []),
        ({1: (0, 100, 100), 2: (0, 100, 100), 3: (0, 0, 0)}, []),
        ({1: (100, 100), 2: (100, 100), 3: (0, 0)}, []),
    ],
)
def test_an_outlet_is_told_when_it_is_fifteen_percent_short_on_each_of_three_days(days, found):
    assert shortfalls(days) == [Shortfall(*row) for row in found]


def test_the_furthest_behind_comes_first():
    days = {1: (10, 10, 10), 2: (300, 300, 300), 3: (0, 0, 0), 4: (300, 300, 300)}
    assert [short.outlet_id for short in shortfalls(days)] == [3, 1]
