"""One fact of a table as a line of cases: for each case, the set of rows whose cell lets it pass.

Sets of rows are the bits of a whole number, so that a thousand rows are joined or compared at once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

from settlement.engine.cells import Anything, Compare, Either, Interval, Not, OneOf, Test
from settlement.engine.proving.ground import NOTHING_KNOWN, Ground
from settlement.engine.proving.values import samples

Span = tuple[int, int]  # of the values, the second not included


class Reach(NamedTuple):
    """What one row's cell lets pass: cases, rows that share one of them, rows that have them all."""

    cases: tuple[int, ...]
    touching: int
    covering: int


class Axis:
    """The cases of one fact: `values` shows each, `rows` says which rows let it pass.

    `tests` are the cells by row; rows without one let everything pass. Values no cell tells apart
    are one case; `unsure` and `ground` as for samples().
    """

    def __init__(
        self, fact: str, tests: Mapping[int, Test], row_count: int, *, unsure: bool = False,
        ground: Ground = NOTHING_KNOWN,
    ) -> None:  # fmt: skip
        tests = {row: test for row, test in tests.items() if not isinstance(test, Anything)}
        distinct = list(dict.fromkeys(tests.values()))
        line = _Line(samples(fact, distinct, unsure=unsure, ground=ground))
        spans = {test: line.spans(test) for test in distinct}
        without = (1 << row_count) - 1
        toggles = [0] * (len(line.values) + 1)
        for row, test in tests.items():
            without ^= 1 << row
            for start, end in spans[test]:
                toggles[start] ^= 1 << row
                toggles[end] ^= 1 << row
        self.tested = set(tests)
        case_of, found, passing = [], dict[int, int](), without
        self.values: list[Any] = []
        for value, toggle in zip(line.values, toggles, strict=False):
            passing ^= toggle
            if passing not in found:
                found[passing] = len(found)
                # A list of codes, as JSON and the pages know it.
                self.values.append(list(value) if isinstance(value, tuple) else value)
            case_of.append(found[passing])
        self.rows = list(found)
        self.all = self._reach(range(len(self.rows)))
        self._tests, self._spans, self._case_of = tests, spans, case_of
        self._known: dict[Test, Reach] = {}

    def reach(self, row: int) -> Reach:
        """Return what a row's cell lets pass; no case at all where it excludes every value."""
        test = self._tests.get(row)
        if test is None:
            return self.all
        if test not in self._known:
            cases = dict.fromkeys(
                case for start, end in self._spans[test] for case in self._case_of[start:end]
            )
            self._known[test] = self._reach(cases)
        return self._known[test]

    def meet(self, rows: Iterable[int]) -> Reach:
        """Return what the cells of several rows let pass together."""
        tested = [row for row in rows if row in self._tests]
        if len(tested) < 2:
            return self.reach(tested[0]) if tested else self.all
        cases = self.reach(tested[0]).cases
        return self._reach(c for c in cases if all(self.rows[c] >> row & 1 for row in tested))

    def _reach(self, cases: Iterable[int]) -> Reach:
        cases = tuple(cases)
        rows = [self.rows[case] for case in cases]
        return Reach(cases, reduce(or_, rows, 0), reduce(and_, rows, -1))


class _Line:
    """Sample values in order, and the places on it that a test lets pass."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values
        self.numbers = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
        self.texts = [v for v in values if isinstance(v, str)]
        self.places: dict[Any, list[int]] = {}
        for at, value in enumerate(values):
            for each in value if isinstance(value, tuple) else (value,):
                self.places.setdefault(each, []).append(at)

    def spans(self, test: Test) -> list[Span]:
        """Return the spans a test lets pass, apart from each other and rising."""
        match test:
            case OneOf():
                places = {at for value in test.values for at in self.places.get(value, ())}
                return _joined((at, at + 1) for at in places)
            case Not():
                return self._others(self.spans(test.test))
            case Either():
                return _joined(span for each in test.tests for span in self.spans(each))
            case Compare():
                return self._between(((test.sign, test.bound),))
            case Interval():
                return self._between(((test.low_sign, test.low), (test.high_sign, test.high)))
        return [(0, len(self.values))]

    def _others(self, spans: list[Span]) -> list[Span]:
        starts = [0, *(end for _start, end in spans)]
        ends = [*(start for start, _end in spans), len(self.values)]
        return [(a, b) for a, b in zip(starts, ends, strict=True) if a < b]

    def _between(self, limits: tuple[tuple[str, Any], ...]) -> list[Span]:
        """Values are compared with bounds of their own kind alone: numbers first, then texts."""
        kinds = {isinstance(bound, str) for _sign, bound in limits}
        if len(kinds) > 1:
            return []
        ordered: list[Any] = self.texts if kinds == {True} else self.numbers
        start = len(self.numbers) if kinds == {True} else 0
        low, high = 0, len(ordered)
        for sign, bound in limits:
            if sign[0] == ">":
                low = max(low, (bisect_left if sign == ">=" else bisect_right)(ordered, bound))
            else:
                high = min(high, (bisect_right if sign == "<=" else bisect_left)(ordered, bound))
        return [(start + low, start + high)] if low < high else []


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def members(rows: int) -> Iterator[int]:
    """Yield the numbers of the rows in a set, rising."""
    while rows:
        lowest = rows & -rows
        yield lowest.bit_length() - 1
        rows ^= lowest
