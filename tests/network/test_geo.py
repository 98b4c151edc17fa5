"""Distances and datum conversions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.geo import (
    Datum,
    bd09_to_gcj02,
    from_wgs84,
    gcj02_to_bd09,
    haversine_m,
    is_shifted,
    mercator_lat,
    to_wgs84,
    wgs84_to_gcj02,
)

# Well inside the mainland, away from the outlines of Hong Kong, Macau and Taiwan.
MAINLAND = st.tuples(st.floats(80.0, 119.0), st.floats(23.5, 48.0))


@pytest.mark.parametrize("datum", list(Datum))
@settings(deadline=None)
@given(point=MAINLAND)
def test_a_point_survives_the_round_trip_within_half_a_metre(datum, point):
    assert haversine_m(to_wgs84(from_wgs84(point, datum), datum), point) == 0


@settings(deadline=None)
@given(point=MAINLAND)
def test_the_mainland_shift_is_below_nine_hundred_metres(point):
    """In some places the two grids cross, so there is no least shift."""
    assert haversine_m(wgs84_to_gcj02(point), point) < 900


def test_known_points_are_shifted_as_providers_shift_them():
    point = (116.404, 39.915)
    assert haversine_m(wgs84_to_gcj02(point), (116.41024449916938, 39.91640428150164)) == 0
    assert haversine_m(gcj02_to_bd09(point), (116.41036949371029, 39.92133699351021)) == 0
    assert haversine_m(bd09_to_gcj02(point), (116.39762729119315, 39.90865673957631)) <= 1


@pytest.mark.parametrize(
    ("place", "point"),
    [
        ("Hong Kong Island", (114.1694, 22.2783)),
        ("Sheung Shui", (114.1270, 22.5010)),
        ("Macau", (113.5439, 22.1987)),
        ("Taipei", (121.5654, 25.0330)),
        ("Tokyo", (139.6917, 35.6895)),
        ("London", (-0.1276, 51.5072)),
    ],
)
def test_nothing_is_shifted_outside_the_mainland(place, point):
    assert from_wgs84(point, Datum.GCJ02) == point
    assert to_wgs84(point, Datum.GCJ02) == point


@pytest.mark.parametrize(
    "point", [(114.0579, 22.5431), (113.5767, 22.2707), (119.2965, 26.0745), (113.9304, 22.5333)]
)
def test_the_neighbours_of_hong_kong_macau_and_taiwan_are_shifted(point):
    assert is_shifted(point)


@pytest.mark.parametrize(
    ("a", "b", "metres", "within"),
    [
        ((116.4074, 39.9042), (116.4074, 39.9042), 0, 0),
        ((116.4074, 39.9042), (121.4737, 31.2304), 1_067_000, 2_000),
        ((0.0, 0.0), (1.0, 0.0), 111_195, 1),
        ((179.5, 0.0), (-179.5, 0.0), 111_195, 1),
    ],
)
def test_distance_is_that_of_the_great_circle(a, b, metres, within):
    assert abs(haversine_m(a, b) - metres) <= within
    assert haversine_m(a, b) == haversine_m(b, a)


@settings(deadline=None)
@given(point=MAINLAND, bearing=st.sampled_from([(0.1, 0.0), (0.0, 0.1), (-0.07, 0.07)]))
def test_near_neighbours_keep_their_order_on_the_mercator_map(point, bearing):
    lon, lat = point
    near = (lon + bearing[0], lat + bearing[1])
    far = (lon + bearing[0] * 1.1, lat + bearing[1] * 1.1)

    def flat(other):
        return (other[0] - lon) ** 2 + (mercator_lat(other[1]) - mercator_lat(lat)) ** 2

    assert (flat(near) < flat(far)) == (haversine_m(point, near) < haversine_m(point, far))


def test_the_poles_have_a_finite_mercator_latitude():
    assert mercator_lat(90.0) == mercator_lat(85.0)
    assert mercator_lat(-90.0) == mercator_lat(-85.0)
