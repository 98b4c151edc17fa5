"""Reads single answers: texts, numbers, choices, days."""

from datetime import date
from typing import Any

from workorders.flow.answer_shape import AnswerError, Value
from workorders.flow.form_shape import Field
from workorders.flow.numbers import milli_of, number_text

_MOST_TEXT = 200
_MOST_LONG_TEXT = 2_000


def read_text(field: Field, raw: Any) -> Value | AnswerError:
    if not isinstance(raw, str):
        return AnswerError(field, "no_text")
    limit = _MOST_LONG_TEXT if field.kind == "long_text" else _MOST_TEXT
    text = raw.strip()
    if len(text) > limit:
        return AnswerError(field, "too_long", str(limit))
    if not text:
        return AnswerError(field, "missing") if field.required else ""
    return text


def read_number(field: Field, raw: Any) -> Value | AnswerError:
    milli = raw if type(raw) is int else milli_of(raw) if isinstance(raw, str) else None
    if milli is None:
        return AnswerError(field, "no_number")
    if milli % 10 ** (3 - field.decimals):
        return AnswerError(field, "decimals", str(field.decimals))
    if field.low is not None and milli < field.low:
        return AnswerError(field, "too_low", number_text(field.low))
    if field.high is not None and milli > field.high:
        return AnswerError(field, "too_high", number_text(field.high))
    return milli


def read_choice(field: Field, raw: Any) -> Value | AnswerError:
    known = {code for code, _label in field.options}
    if isinstance(raw, str) and raw in known:
        return raw
    return AnswerError(field, "no_option")


def read_choices(field: Field, raw: Any) -> Value | AnswerError:
    given = [raw] if isinstance(raw, str) else raw
    known = [code for code, _label in field.options]
    if not isinstance(given, list) or not all(each in known for each in given):
        return AnswerError(field, "no_option")
    return tuple(code for code in known if code in given)


def read_date(field: Field, raw: Any) -> Value | AnswerError:
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        return AnswerError(field, "no_date")
