"""Reads the numbers of a matrix answer; what is no sane number is refused with its place."""

from __future__ import annotations

from typing import Any

from integrations.errors import MappingError
from integrations.maps.port import Leg, Legs

LONGEST_S = 7 * 86_400
LONGEST_M = 10_000_000


def leg_of(place: str, seconds: Any, distance: Any, *, unit_m: int = 1) -> Leg | None:
    """Return a leg of two numbers or number texts, rounded up; None where either is missing.

    Nothing between two different points is no road but a place that was not found.
    """
    if seconds in (None, "") or distance in (None, ""):
        return None
    found = Leg(_whole(place, seconds, LONGEST_S), _whole(place, distance, LONGEST_M, unit_m))
    return found if found.metres else None


def in_rows(place: str, flat: list[Leg | None], rows: int, columns: int) -> Legs:
    """Return a flat list as rows; MappingError when it is not as long as what was asked."""
    if len(flat) != rows * columns:
        raise MappingError(place, "matrix.size", len(flat))
    return [flat[n * columns : (n + 1) * columns] for n in range(rows)]


def listed(place: str, value: Any) -> list[Any]:
    """Return a list; MappingError for anything else."""
    if not isinstance(value, list):
        raise MappingError(place, "list.not_a_list", value)
    return value


def _whole(place: str, value: Any, most: int, unit: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise MappingError(place, "number.not_a_number", value)
    try:
        number = float(value) * unit
    except ValueError as error:
        raise MappingError(place, "number.not_a_number", value) from error
    if not 0 <= number <= most:
        raise MappingError(place, "number.out_of_range", value)
    return -int(-number // 1)
