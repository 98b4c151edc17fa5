"""Tours of equal vehicles: shortest where it can be checked by hand, and a clear end without any."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations

import pytest

from dispatch.engine.batch.tours import Errand, NoToursError, drive, length

PLACES = (0, 7, 3, 12, 9, 5)
WAYS = [[abs(a - b) for b in PLACES] for a in PLACES]
FREE = [(0, 1_000)] * len(PLACES)
LINE = Errand(WAYS, WAYS, FREE, [0] * 6, [0, 1, 1, 1, 1, 1], 5, 3)


def one_tour(errand):
    """The shortest single tour that keeps the windows, by looking at all."""
    best = None
    for order in permutations(range(1, len(errand.windows))):
        now, kept = 0, True
        for a, b in pairwise((0, *order)):
            now = max(now + errand.seconds[a][b], errand.windows[b][0])
            kept = kept and now <= errand.windows[b][1]
            now += errand.service[b]
        if kept:
            best = min(filter(None, (best, length(errand, [list(order)]))))
    return best


@pytest.mark.parametrize("windows", [FREE, [(0, 1_000), (0, 1_000), (0, 4), (20, 40), *FREE[4:]]])
def test_a_line_of_places_is_driven_the_shortest_way(windows):
    errand = replace(LINE, windows=windows, vehicles=1)
    found = drive(errand, limit_s=2, processes=1)
    assert sorted(place for tour in found for place in tour) == [1, 2, 3, 4, 5]
    assert length(errand, found) == one_tour(errand)


def test_no_vehicle_carries_more_than_it_holds():
    found = drive(replace(LINE, capacity=2), limit_s=2, processes=1)
    assert max(map(len, found)) == 2
    assert len(found) == 3


def test_an_errand_nobody_can_drive_says_so():
    with pytest.raises(NoToursError):
        drive(replace(LINE, capacity=1, vehicles=2), limit_s=1, processes=1)


@pytest.mark.parametrize("command", [("false",), ("sleep", "30"), ("echo", "no tours")])
def test_a_process_that_dies_hangs_or_talks_nonsense_brings_no_tours(command):
    with pytest.raises(NoToursError):
        drive(LINE, limit_s=0.1, command=command)
