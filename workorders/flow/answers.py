"""Reads the answers to a form from what a person sent or from what was stored, and checks them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from workorders.flow.answer_shape import (
    PICTURES,
    THOUSAND,
    AnswerError,
    Answers,
    Part,
    Position,
    Value,
    number_text,
)
from workorders.flow.form_shape import Field, Form

_MOST_TEXT = 200
_MOST_LONG_TEXT = 2_000
_MOST_PARTS = 50
_MOST_DIGITS = 12


def read_answers(form: Form, given: Mapping[str, Any], pictures: Mapping[str, int]) -> Answers:
    """Read answers by the keys of the form's fields; unknown keys are left alone.

    A given value is a text, a list of texts, or what `Answers.stored` made of it. `pictures` says
    how many photos or signatures there are for a field. Numbers a form computes are computed here,
    whatever was given for them.
    """
    values: dict[str, Value] = {}
    errors: list[AnswerError] = []
    for field in form.fields:
        if field.kind == "computed":
            continue
        if field.kind in PICTURES:
            errors += _count(field, pictures.get(field.key, 0), values)
            continue
        raw = given.get(field.key)
        if raw is None or raw in ("", [], {}):
            errors += [AnswerError(field, "missing")] if field.required else []
            continue
        read = _READERS[field.kind](field, raw)
        if isinstance(read, AnswerError):
            errors.append(read)
        else:
            values[field.key] = read
    for field in form.fields:
        if field.kind == "computed" and (found := _computed(field, values)) is not None:
            values[field.key] = found
    return Answers(form, values, tuple(errors))


def _count(field: Field, count: int, values: dict[str, Value]) -> list[AnswerError]:
    if count:
        values[field.key] = count
    wanted = field.count if field.kind == "photo" else 1
    if not field.required or count >= wanted:
        return []
    if field.kind == "photo" and wanted > 1:
        return [AnswerError(field, "photos", str(wanted - count))]
    return [AnswerError(field, "missing")]


def _computed(field: Field, values: Mapping[str, Value]) -> int | None:
    numbers = [values[key] for key in field.of if isinstance(values.get(key), int)]
    if len(numbers) < len(field.of):
        return None
    first, *others = [number for number in numbers if isinstance(number, int)]
    for number in others:
        if field.formula == "sum":
            first += number
        elif field.formula == "difference":
            first -= number
        else:
            first = _product(first, number)
    return first


def _product(a: int, b: int) -> int:
    """Two thousandths times each other, in thousandths, half away from zero."""
    n = abs(a * b)
    return ((2 * n + THOUSAND) // (2 * THOUSAND)) * (1 if a * b >= 0 else -1)


def _text(field: Field, raw: Any) -> Value | AnswerError:
    if not isinstance(raw, str):
        return AnswerError(field, "no_text")
    limit = _MOST_LONG_TEXT if field.kind == "long_text" else _MOST_TEXT
    text = raw.strip()
    if len(text) > limit:
        return AnswerError(field, "too_long", str(limit))
    if not text:
        return AnswerError(field, "missing") if field.required else ""
    return text


def _number(field: Field, raw: Any) -> Value | AnswerError:
    milli = raw if type(raw) is int else _milli(raw) if isinstance(raw, str) else None
    if milli is None:
        return AnswerError(field, "no_number")
    if milli % 10 ** (3 - field.decimals):
        return AnswerError(field, "decimals", str(field.decimals))
    if field.low is not None and milli < field.low:
        return AnswerError(field, "too_low", number_text(field.low))
    if field.high is not None and milli > field.high:
        return AnswerError(field, "too_high", number_text(field.high))
    return milli


def _milli(text: str) -> int | None:
    """Read a decimal number, exactly, as thousandths; None for anything else."""
    sign, digits = (-1, text.strip()[1:]) if text.strip()[:1] in "-−" else (1, text.strip())
    whole, _point, part = digits.partition(".")
    if not whole.isascii() or not whole.isdigit() or len(whole) > _MOST_DIGITS:
        return None
    if part and (not part.isascii() or not part.isdigit() or part.rstrip("0")[3:]):
        return None
    return sign * (int(whole) * THOUSAND + int((part + "000")[:3]))


def _choice(field: Field, raw: Any) -> Value | AnswerError:
    known = {code for code, _label in field.options}
    if isinstance(raw, str) and raw in known:
        return raw
    return AnswerError(field, "no_option")


def _choices(field: Field, raw: Any) -> Value | AnswerError:
    given = [raw] if isinstance(raw, str) else raw
    known = [code for code, _label in field.options]
    if not isinstance(given, list) or not all(each in known for each in given):
        return AnswerError(field, "no_option")
    return tuple(code for code in known if code in given)


def _date(field: Field, raw: Any) -> Value | AnswerError:
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        return AnswerError(field, "no_date")


def _position(field: Field, raw: Any) -> Value | AnswerError:
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


def _parts(field: Field, raw: Any) -> Value | AnswerError:
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
        milli = _milli(quantity)
    elif isinstance(raw, Mapping):
        code, milli = raw.get("material"), raw.get("quantity_milli")
    if not isinstance(code, str) or not code or type(milli) is not int:
        return None
    return Part(code, milli) if 0 < milli <= 1_000 * THOUSAND else None


_READERS: Mapping[str, Callable[[Field, Any], Value | AnswerError]] = {
    "text": _text,
    "long_text": _text,
    "scan": _text,
    "number": _number,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "position": _position,
    "parts": _parts,
}
