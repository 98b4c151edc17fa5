"""When the rate of a row is another one than foreseen."""

from __future__ import annotations

import pytest

from settlement.monitor.drift import Rate, has_drifted


@pytest.mark.parametrize(
    ("seen", "foreseen", "drifted"),
    [
        (Rate(10, 100), Rate(100, 1000), False),  # exactly as foreseen
        (Rate(14, 100), Rate(100, 1000), False),  # chance explains it
        (Rate(30, 100), Rate(100, 1000), True),
        (Rate(0, 200), Rate(300, 1000), True),  # never fires any more
        (Rate(9, 29), Rate(10, 1000), False),  # too few orders to say anything
        (Rate(9, 900), Rate(10, 29), False),
        (Rate(4, 100), Rate(0, 1000), False),  # too few hits
        (Rate(12, 100), Rate(0, 1000), True),  # a row the replay never saw
        (Rate(100, 100), Rate(1000, 1000), False),  # always, as foreseen
        (Rate(52_000, 100_000), Rate(50_000, 100_000), False),  # certain, and too little to matter
        (Rate(0, 0), Rate(100, 1000), False),
    ],
)
def test_a_row_has_drifted_when_chance_does_not_explain_a_distance_that_matters(
    seen, foreseen, drifted
):
    assert has_drifted(seen, foreseen) is drifted


def test_a_rate_is_rounded_half_up_to_basis_points():
    assert Rate(1, 3).bp == 3333
    assert Rate(2, 3).bp == 6667
    assert Rate(1, 0).bp is None
