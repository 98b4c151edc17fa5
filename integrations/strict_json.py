"""JSON from outside, read strictly: bounded, unambiguous and storable, or refused with a reason."""

import json
from dataclasses import dataclass
from typing import Any

from integrations.errors import BadBodyError

JsonObject = dict[str, Any]

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 64
_MAX_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Loaded:
    """A JSON object without U+0000, and whether one had to be removed."""

    value: JsonObject
    cleaned: bool


def load_object(raw: bytes, *, max_bytes: int = MAX_BYTES) -> Loaded:
    """Read one JSON object; raises BadBodyError with 400, 413 or 422.

    The standard reader alone accepts NaN and doubled keys, and fails with its own errors on a
    5,000-digit number or 200,000 brackets; PostgreSQL refuses U+0000 and a lone surrogate.
    """
    if len(raw) > max_bytes:
        raise BadBodyError("json.too_large", 413)
    if not raw.strip():
        raise BadBodyError("json.empty", 400)
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_whole,
            parse_float=_finite,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise BadBodyError("json.not_utf8", 400) from error
    except RecursionError as error:
        raise BadBodyError("json.too_deep", 400) from error
    except json.JSONDecodeError as error:
        raise BadBodyError("json.malformed", 400) from error
    if not isinstance(value, dict):
        raise BadBodyError("json.not_an_object", 400)
    cleaner = _Cleaner()
    return Loaded(value=cleaner.object(value, 1), cleaned=cleaner.removed)


class _Cleaner:
    def __init__(self) -> None:
        self.removed = False

    def object(self, value: JsonObject, depth: int) -> JsonObject:
        if depth > MAX_DEPTH:
            raise BadBodyError("json.too_deep", 400)
        return {self.text(key): self._any(item, depth) for key, item in value.items()}

    def text(self, value: str) -> str:
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise BadBodyError("json.lone_surrogate", 400)
        if "\x00" not in value:
            return value
        self.removed = True
        return value.replace("\x00", "")

    def _any(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return self.object(value, depth + 1)
        if isinstance(value, list):
            if depth >= MAX_DEPTH:
                raise BadBodyError("json.too_deep", 400)
            return [self._any(item, depth + 1) for item in value]
        return value


def _unique(pairs: list[tuple[str, Any]]) -> JsonObject:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadBodyError("json.duplicate_key", 400)
    return value


def _whole(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise BadBodyError("json.number_too_long", 400)
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise BadBodyError("json.not_finite", 422)
    return number


def _refuse_constant(name: str) -> float:
    raise BadBodyError("json.not_finite", 422)
