"""Reads single answers: positions and parts."""

from collections.abc import Mapping
from typing import Any

from workorders.flow.answer_shape import AnswerError, Part, Position, Value
from workorders.flow.form_shape import Field
from workorders.flow.numbers import THOUSAND, milli_of

_MOST_PARTS = 50


def read_position(field: Field, raw: Any) -> Value | AnswerError:
    """A position is "lon,lat[,metres]" or a table of lon, lat and accuracy_m."""
    if isinstance(raw, str):
        raw = dict(zip(("lon", "lat", "accuracy_m"), raw.split(","), strict=False))
    try:
        lon, lat = float(raw["lon"]), float(raw["lat"])
        metres = raw.get("accuracy_m")
        accuracy_m = None if metres in (None, "") else int(float(metres))
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return AnswerError(field, "no_position")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return AnswerError(field, "no_position")
    return Position(lon, lat, accuracy_m)


def read_parts(field: Field, raw: Any) -> Value | AnswerError:
    """Parts are a list of "code×quantity" or of tables of material and quantity_milli."""
    if not isinstance(raw, list) or len(raw) > _MOST_PARTS:
        return AnswerError(field, "no_parts")
    found = [_part(each) for each in raw]
    parts = tuple(part for part in found if part is not None)
    if len(parts) < len(found) or len({part.material for part in parts}) < len(parts):
        return AnswerError(field, "no_parts")
    return parts


def _part(raw: Any) -> Part | None:
    code: Any = None
    milli: Any = None
    if isinstance(raw, str):
        code, _times, quantity = raw.rpartition("×")
        milli = milli_of(quantity)
    elif isinstance(raw, Mapping):
        code, milli = raw.get("material"), raw.get("quantity_milli")
    if not isinstance(code, str) or not code or type(milli) is not int:
        return None
    return Part(code, milli) if 0 < milli <= 1_000 * THOUSAND else None
