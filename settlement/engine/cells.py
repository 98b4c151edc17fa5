"""Unary tests of decision tables (the S-FEEL cells of OMG DMN 1.3, section 7.3.17)."""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from settlement.engine.facts import code_value

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
INTERVAL = re.compile(r"([\[(\]])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])\[])")


class CellError(ValueError):
    """A cell that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Anything:
    """`-`: matches every value."""

    def matches(self, _value: Any) -> bool:
        return True

    def literals(self) -> Iterator[Any]:
        return iter(())


@dataclass(frozen=True, slots=True)
class OneOf:
    """A list of values; for a fact that is itself a list of codes any member counts."""

    values: frozenset[Any]

    def matches(self, value: Any) -> bool:
        if isinstance(value, tuple):
            return not self.values.isdisjoint(value)
        return value in self.values

    def literals(self) -> Iterator[Any]:
        return iter(self.values)


@dataclass(frozen=True, slots=True)
class Compare:
    """`< 5`, `>= 10`."""

    sign: str
    bound: Any

    def matches(self, value: Any) -> bool:
        return _comparable(value, self.bound) and OPERATORS[self.sign](value, self.bound)

    def literals(self) -> Iterator[Any]:
        yield self.bound


@dataclass(frozen=True, slots=True)
class Interval:
    """`[1..5)`: from 1 to below 5."""

    low: Any
    high: Any
    low_sign: str
    high_sign: str

    def matches(self, value: Any) -> bool:
        if not (_comparable(value, self.low) and _comparable(value, self.high)):
            return False
        above = OPERATORS[self.low_sign](value, self.low)
        return above and OPERATORS[self.high_sign](value, self.high)

    def literals(self) -> Iterator[Any]:
        yield self.low
        yield self.high


def _comparable(value: Any, bound: Any) -> bool:
    """Codes are numbers or texts: 3 is neither below nor above "A"."""
    return type(value) is type(bound)


@dataclass(frozen=True, slots=True)
class Either:
    """Several tests, one of which must hold."""

    tests: tuple["Test", ...]

    def matches(self, value: Any) -> bool:
        return any(test.matches(value) for test in self.tests)

    def literals(self) -> Iterator[Any]:
        for test in self.tests:
            yield from test.literals()


@dataclass(frozen=True, slots=True)
class Not:
    """`not(...)`."""

    test: "Test"

    def matches(self, value: Any) -> bool:
        return not self.test.matches(value)

    def literals(self) -> Iterator[Any]:
        return self.test.literals()


Test = Anything | OneOf | Compare | Interval | Either | Not


def read_cell(raw: object, kind: str) -> Test:
    """Read one cell for a fact of the given kind (facts.FACT_KINDS); CellError when it is not one.

    Values may stand as they are (`true`, `3`, `["T1", "T2"]`) or as text (`"[1..5)"`, `'not("A")'`).
    """
    if isinstance(raw, list):
        if not raw:
            raise CellError("an empty list matches nothing")
        return _joined([read_cell(item, kind) for item in raw])
    if not isinstance(raw, str):
        return OneOf(frozenset([_checked(raw, kind)]))
    text = raw.strip()
    if text == "-":
        return Anything()
    if text.startswith("not(") and text.endswith(")"):
        return Not(read_cell(text[4:-1], kind))
    return _joined([_read_single(part, kind) for part in _top_level_parts(text)])


def _joined(tests: list[Test]) -> Test:
    if all(isinstance(test, OneOf) for test in tests):
        return OneOf(frozenset(value for test in tests for value in test.literals()))
    return tests[0] if len(tests) == 1 else Either(tuple(tests))


def _top_level_parts(text: str) -> list[str]:
    parts, depth, quoted = [""], 0, False
    for char in text:
        quoted ^= char == '"'
        depth += 0 if quoted else (char == "(") - (char == ")")
        if char == "," and depth == 0 and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def _read_single(text: str, kind: str) -> Test:
    interval = INTERVAL.fullmatch(text)
    if interval:
        opening, low, high, closing = interval.groups()
        return Interval(
            _ordered(low, kind), _ordered(high, kind),
            ">=" if opening == "[" else ">", "<=" if closing == "]" else "<",
        )  # fmt: skip
    for sign in OPERATORS:
        if text.startswith(sign):
            return Compare(sign, _ordered(text[len(sign) :], kind))
    return OneOf(frozenset([_literal(text, kind)]))


def _ordered(text: str, kind: str) -> Any:
    if kind not in {"number", "code", "date", "any"}:
        raise CellError(f"{text.strip()}: only numbers and dates can be compared")
    return _literal(text, kind)


def _literal(text: str, kind: str) -> Any:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        inside = _checked(text[1:-1], kind)
        return code_value(inside) if kind == "code" else inside
    if kind in {"flag", "any"} and text in {"true", "false"}:
        return text == "true"
    if kind in {"number", "any"} and re.fullmatch(r"[-+]?\d+", text):
        return int(text)
    if kind == "code":
        return code_value(_checked(text, kind))
    return _checked(text, kind)


def _checked(value: object, kind: str) -> Any:
    either: tuple[type, ...] = (int, str)
    wanted = {"number": (int,), "flag": (bool,), "any": either, "code": either}.get(kind, (str,))
    fits = isinstance(value, wanted) and not (
        kind in {"number", "code"} and isinstance(value, bool)
    )
    if (
        not fits
        or value == ""
        or (kind == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)))
    ):
        raise CellError(f"{value!r} is not a {kind}")
    return value
