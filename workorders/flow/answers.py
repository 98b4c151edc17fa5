"""Reads the answers to a form from what a person sent or from what was stored, and checks them."""

from collections.abc import Callable, Mapping
from typing import Any

from workorders.flow.answer_shape import PICTURES, AnswerError, Answers, Value
from workorders.flow.form_shape import Field, Form
from workorders.flow.numbers import product
from workorders.flow.reading_places import read_parts, read_position
from workorders.flow.reading_values import (
    read_choice,
    read_choices,
    read_date,
    read_number,
    read_text,
)

_READERS: Mapping[str, Callable[[Field, Any], Value | AnswerError]] = {
    "text": read_text,
    "long_text": read_text,
    "scan": read_text,
    "number": read_number,
    "choice": read_choice,
    "choices": read_choices,
    "date": read_date,
    "position": read_position,
    "parts": read_parts,
}


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
            first = product(first, number)
    return first
