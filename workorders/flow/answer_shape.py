"""What was answered to a form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.marking import N_
from workorders.flow.form_shape import Field, Form

THOUSAND = 1_000

ANSWER_ERRORS: Mapping[str, str] = {
    "missing": N_("%(label)s is missing"),
    "photos": N_("%(label)s: %(n)s more photos are needed"),
    "too_long": N_("%(label)s may have at most %(n)s characters"),
    "no_number": N_("%(label)s must be a number"),
    "decimals": N_("%(label)s may have at most %(n)s digits after the point"),
    "too_low": N_("%(label)s must be at least %(n)s"),
    "too_high": N_("%(label)s must be at most %(n)s"),
    "no_option": N_("%(label)s: this choice does not exist"),
    "no_date": N_("%(label)s must be a day such as 2026-05-01"),
    "no_position": N_("%(label)s must be a position"),
    "no_parts": N_("%(label)s: a part or its quantity cannot be read"),
    "no_text": N_("%(label)s cannot be read"),
}


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


def number_text(milli: int) -> str:
    """Return thousandths as a decimal number without zeros behind."""
    sign, whole, part = "−" if milli < 0 else "", abs(milli) // THOUSAND, abs(milli) % THOUSAND
    return f"{sign}{whole}.{part:03d}".rstrip("0").rstrip(".")


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
