"""What was answered to a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workorders.flow.form_shape import Field, Form


@dataclass(frozen=True, slots=True)
class Position:
    """A place in WGS-84 degrees, and how exact it is."""

    lon: float
    lat: float
    accuracy_m: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """So many thousandths of a material's unit."""

    material: str
    quantity_milli: int


Value = str | int | date | Position | tuple[str, ...] | tuple[Part, ...]
"""Texts, codes and scans are texts, numbers thousandths; photos and signatures how many there are."""


@dataclass(frozen=True, slots=True)
class AnswerError:
    """Why an answer cannot be taken: `code` of ANSWER_ERRORS with the values of its sentence."""

    field: Field
    code: str
    n: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """The readable answers to a form by the keys of its fields; what was left out is not there."""

    form: Form
    values: Mapping[str, Value]
    errors: tuple[AnswerError, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing required is missing and nothing is wrong."""
        return not self.errors

    def stored(self) -> dict[str, Any]:
        """The answers as JSON, in the shape `read_answers` reads; counts of pictures are left out."""
        kinds = {field.key: field.kind for field in self.form.fields}
        return {
            key: _stored(value)
            for key, value in self.values.items()
            if kinds[key] not in PICTURES and kinds[key] != "computed"
        }

    def facts(self) -> dict[str, frozenset[str] | int]:
        """The answers branches and triggers ask for, by `answer.FIELD`."""
        found: dict[str, frozenset[str] | int] = {}
        for key, value in self.values.items():
            if isinstance(value, int):
                found[f"answer.{key}"] = value
            elif isinstance(value, str):
                found[f"answer.{key}"] = frozenset({value})
            elif isinstance(value, tuple):
                found[f"answer.{key}"] = frozenset(
                    each.material if isinstance(each, Part) else each for each in value
                )
        return found


PICTURES = ("photo", "signature")


def _stored(value: Value) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Position):
        return {"lon": value.lon, "lat": value.lat, "accuracy_m": value.accuracy_m}
    if isinstance(value, tuple):
        return [
            {"material": each.material, "quantity_milli": each.quantity_milli}
            if isinstance(each, Part)
            else each
            for each in value
        ]
    return value
