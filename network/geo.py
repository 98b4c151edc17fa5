"""Distances on the earth and the three datums Chinese maps use.

Coordinates are degrees, longitude first. At rest the product keeps WGS-84 together with the value a
platform sent and its datum; everything a platform sends is converted here.
"""

import math
from enum import StrEnum
from typing import SupportsFloat

EARTH_RADIUS_M = 6_371_008.8
_KRASOVSKY_A = 6_378_245.0
_KRASOVSKY_EE = 0.00669342162296594323
_BAIDU_ANGLE = math.pi * 3000.0 / 180.0

# The shift is defined on this box; neighbours inside it are shifted too, as every provider does.
_BOX = (72.004, 137.8347, 0.8293, 55.8271)

Point = tuple[float, float]

# The special administrative regions and Taiwan are not surveyed under the mainland shift. Published
# conversion code disagrees here; this product treats points inside these outlines as unshifted.
_HONG_KONG: tuple[Point, ...] = (
    (113.82, 22.13), (114.51, 22.13), (114.51, 22.45), (114.45, 22.535), (114.30, 22.545),
    (114.22, 22.545), (114.16, 22.560), (114.12, 22.535), (114.07, 22.515), (114.03, 22.505),
    (113.95, 22.480), (113.88, 22.440), (113.82, 22.400),
)  # fmt: skip
_MACAU: tuple[Point, ...] = (
    (113.528, 22.10), (113.61, 22.10), (113.61, 22.2165), (113.528, 22.2165),
)  # fmt: skip
_TAIWAN: tuple[Point, ...] = ((119.9, 21.8), (122.1, 21.8), (122.1, 25.4), (119.9, 25.4))


class Datum(StrEnum):
    """The datum a pair of coordinates was measured in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def point_or_none(lon: SupportsFloat | None, lat: SupportsFloat | None) -> Point | None:
    """Return the point of two stored numbers, None where one is missing."""
    return None if lon is None or lat is None else (float(lon), float(lat))


def haversine_m(a: Point, b: Point) -> int:
    """Great-circle distance between two (lon, lat) points in whole metres."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*a, *b))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return round(2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half))))


def mercator_lat(lat: float) -> float:
    """The latitude stretched as on a Mercator map, in degrees.

    Keeps angles locally true, so a nearest-neighbour index over (lon, mercator_lat) orders points
    as the ground does. Defined up to 85 degrees; beyond that the value is that of 85 degrees.
    """
    bounded = max(-85.0, min(85.0, lat))
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(bounded) / 2)))


def is_shifted(point: Point) -> bool:
    """Whether Chinese providers shift this place (mainland box, without the three outlines)."""
    lon, lat = point
    west, east, south, north = _BOX
    if not (west <= lon <= east and south <= lat <= north):
        return False
    return not any(_inside(point, outline) for outline in (_HONG_KONG, _MACAU, _TAIWAN))


def to_wgs84(point: Point, datum: Datum) -> Point:
    """A point of any of the three datums as WGS-84 (round trip under half a metre)."""
    if datum is Datum.GCJ02:
        return gcj02_to_wgs84(point)
    if datum is Datum.BD09:
        return gcj02_to_wgs84(bd09_to_gcj02(point))
    return point


def from_wgs84(point: Point, datum: Datum) -> Point:
    """A WGS-84 point in the datum a provider expects."""
    if datum is Datum.GCJ02:
        return wgs84_to_gcj02(point)
    if datum is Datum.BD09:
        return gcj02_to_bd09(wgs84_to_gcj02(point))
    return point


def wgs84_to_gcj02(point: Point) -> Point:
    """Shift a WGS-84 point as mainland map providers do; identity where nothing is shifted."""
    if not is_shifted(point):
        return point
    shift = _shift(point)
    return point[0] + shift[0], point[1] + shift[1]


def gcj02_to_wgs84(point: Point) -> Point:
    """Undo the shift by fixed-point steps; identity where nothing is shifted."""
    if not is_shifted(point):
        return point
    lon, lat = point
    for _ in range(6):
        shift = _shift((lon, lat))
        lon, lat = point[0] - shift[0], point[1] - shift[1]
    return lon, lat


def gcj02_to_bd09(point: Point) -> Point:
    """Baidu's second shift, applied on top of GCJ-02."""
    lon, lat = point
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BAIDU_ANGLE)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BAIDU_ANGLE)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def bd09_to_gcj02(point: Point) -> Point:
    """Undo Baidu's second shift by fixed-point steps."""
    lon, lat = point[0] - 0.0065, point[1] - 0.006
    for _ in range(6):
        again = gcj02_to_bd09((lon, lat))
        lon, lat = lon + point[0] - again[0], lat + point[1] - again[1]
    return lon, lat


def _shift(point: Point) -> Point:
    east, north = point[0] - 105.0, point[1] - 35.0
    wave = 20.0 * math.sin(6.0 * east * math.pi) + 20.0 * math.sin(2.0 * east * math.pi)
    root = math.sqrt(abs(east))
    d_lat = -100.0 + 2.0 * east + 3.0 * north + 0.2 * north**2 + 0.1 * east * north + 0.2 * root
    d_lat += (wave + 20.0 * math.sin(north * math.pi) + 40.0 * math.sin(north / 3 * math.pi)) / 1.5
    d_lat += (160.0 * math.sin(north / 12 * math.pi) + 320.0 * math.sin(north / 30 * math.pi)) / 1.5
    d_lon = 300.0 + east + 2.0 * north + 0.1 * east**2 + 0.1 * east * north + 0.1 * root
    d_lon += (wave + 20.0 * math.sin(east * math.pi) + 40.0 * math.sin(east / 3 * math.pi)) / 1.5
    d_lon += (150.0 * math.sin(east / 12 * math.pi) + 300.0 * math.sin(east / 30 * math.pi)) / 1.5
    lat = math.radians(point[1])
    magic = 1 - _KRASOVSKY_EE * math.sin(lat) ** 2
    meridian = _KRASOVSKY_A * (1 - _KRASOVSKY_EE) / (magic * math.sqrt(magic))
    parallel = _KRASOVSKY_A / math.sqrt(magic) * math.cos(lat)
    return math.degrees(d_lon / parallel), math.degrees(d_lat / meridian)


def _inside(point: Point, outline: tuple[Point, ...]) -> bool:
    lon, lat = point
    inside = False
    for (x1, y1), (x2, y2) in zip(outline, outline[1:] + outline[:1], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
