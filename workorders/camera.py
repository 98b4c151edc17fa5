"""What a camera wrote into a picture: where and when; read once, then left behind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from common.clock import CHINA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image

_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_WRITTEN = 0x0132
_EARLIEST, _LATEST = datetime(1995, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_UNREADABLE = (
    ValueError, TypeError, KeyError, IndexError, ArithmeticError, OSError, SyntaxError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """WGS-84 degrees and a moment, each None where nothing usable was written."""

    lon: float | None = None
    lat: float | None = None
    at: datetime | None = None


NOTHING = CameraFacts()


def camera_facts(image: Image.Image) -> CameraFacts:
    """Return what the Exif of an opened picture says; whatever is broken there counts as nothing."""
    try:
        exif = image.getexif()
        details, gps = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
    except _UNREADABLE:
        return NOTHING
    lon, lat = position(_degrees(gps, 4, "W"), _degrees(gps, 2, "S"))
    written = details.get(_TAKEN) or exif.get(_WRITTEN)
    return CameraFacts(lon, lat, moment(written, details.get(_TAKEN_OFFSET)))


def position(lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    """Return a pair of degrees that lie on the earth, else none.

    (0, 0) is what a camera without a fix writes.
    """
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        return None, None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90) or (lon, lat) == (0, 0):
        return None, None
    return lon, lat


def moment(written: Any, offset: Any = None) -> datetime | None:
    """Return the moment of "2026:11:02 10:15:00"; without an offset ("+08:00") it is Chinese time."""
    try:
        at = datetime.strptime(_text(written), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 (zone below)
    except ValueError:
        return None
    try:
        zone = datetime.strptime(_text(offset), "%z").tzinfo
    except ValueError:
        zone = None
    return plausible(at.replace(tzinfo=zone or CHINA))


def plausible(at: datetime | None) -> datetime | None:
    """Return a moment a picture of ours can have, else none: 1980 is a camera without a clock."""
    try:
        return at if at is not None and _EARLIEST <= at < _LATEST else None
    except OverflowError:  # an offset that leads out of the calendar
        return None


def _text(value: Any) -> str:
    raw = value.decode("ascii", "ignore") if isinstance(value, bytes) else str(value or "")
    return raw.strip("\x00 ")


def _degrees(gps: Mapping[int, Any], tag: int, negative: str) -> float | None:
    """Degrees, minutes and seconds, each a fraction that may be broken, as one number."""
    try:
        degrees, minutes, seconds = (float(part) for part in gps[tag])
        sign = -1 if _text(gps.get(tag - 1)).upper() == negative else 1
    except _UNREADABLE:
        return None
    return sign * (degrees + minutes / 60 + seconds / 3600)
