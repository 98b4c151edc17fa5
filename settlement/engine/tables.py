"""Decision tables and price grids: pure look-ups from facts, remembered per version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from settlement.engine.cells import Test
from settlement.engine.facts import JobFacts, reader, row_reader

# A memo is emptied when it outgrows this: distances and amounts may be looked at, and never repeat.
MEMO_LIMIT = 8_192
HIT_POLICIES = ("UNIQUE", "FIRST", "COLLECT")
# What the rows of a grid of purchase prices stand for: a material of the job, not a fact of it.
MATERIAL = "material"


class Unknown(NamedTuple):
    """The answer depends on something not known yet; the names say on what."""

    names: tuple[str, ...]


class Row(NamedTuple):
    """One row: its cells as (position of the input, test), and what it gives."""

    id: str
    label: str
    tests: tuple[tuple[int, Test], ...]
    gives: Mapping[str, Any]


class Hit(NamedTuple):
    """A row that applies, with the facts its cells looked at."""

    row: Row
    facts: Mapping[str, Any]


Found = tuple[Hit, ...] | Unknown


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table with DMN hit policy UNIQUE, FIRST or COLLECT."""

    name: str
    inputs: tuple[str, ...]
    hit: str
    rows: tuple[Row, ...]

    def find(self, values: tuple[Any, ...]) -> Found:
        """Return the rows that apply to the inputs' values.

        Unknown when a missing fact could change the answer, or when two rows claim a UNIQUE table.
        """
        hits: list[Row] = []
        open_names: list[str] = []
        for row in self.rows:
            missing = self._missing(row, values)
            if missing is None:
                continue
            if missing:
                open_names += missing
                continue
            hits.append(row)
            if self.hit == "FIRST":
                break
        if self.hit == "UNIQUE" and hits:
            # A certain hit excludes the others of a UNIQUE table, unless the table is wrong.
            open_names = [f"table {self.name}"] if len(hits) > 1 else []
        if open_names:
            return Unknown(tuple(dict.fromkeys(open_names)))
        return tuple(Hit(row, self._seen(row, values)) for row in hits)

    def _missing(self, row: Row, values: tuple[Any, ...]) -> list[str] | None:
        """None: the row does not apply; else the facts it still waits for (none: it applies)."""
        missing = []
        for at, test in row.tests:
            if values[at] is None:
                missing.append(self.inputs[at])
            elif not test.matches(values[at]):
                return None
        return missing

    def _seen(self, row: Row, values: tuple[Any, ...]) -> Mapping[str, Any]:
        return {self.inputs[at]: _plain(values[at]) for at, _ in row.tests}


@dataclass(frozen=True, slots=True)
class Grid:
    """A price grid: rows by the first fact with a row of its own, else `*`; columns by one fact.

    Of a fact that is a list of codes, such as the regions around a job, any code may have the row.
    """

    name: str
    rows_by: tuple[str, ...]
    column_by: str | None
    columns: tuple[Any, ...]
    cells: Mapping[tuple[Any, Any], int]  # (row key, column key or None) -> fen

    @property
    def inputs(self) -> tuple[str, ...]:
        return (*self.rows_by, self.column_by) if self.column_by else self.rows_by

    def find(self, values: tuple[Any, ...]) -> tuple[int, str] | Unknown | None:
        """Return (fen, row key used), None without a price, Unknown while a needed fact is missing."""
        column = values[-1] if self.column_by else None
        keys = values[:-1] if self.column_by else values
        if keys[0] is None or (self.column_by and column is None):
            return Unknown(tuple(n for n, v in zip(self.inputs, values, strict=True) if v is None))
        for key in (*(code for each in keys for code in codes_in(each)), "*"):
            for place in (*codes_in(column), "*"):
                price = self.cells.get((key, place))
                if price is not None:
                    return price, str(key)
        return None


def codes_in(value: Any) -> tuple[Any, ...]:
    """Return what a fact is looked up by in a grid; of the regions around a job the nearest first."""
    return value[::-1] if isinstance(value, tuple) else (value,)


NEW: Any = object()  # what recall returns for values not seen yet


class Lookup(NamedTuple):
    """A remembered answer, in pieces so that a hot step asks it without a further call.

    answer = recall(read(facts), NEW), and when that is NEW: learn(facts).
    """

    read: Callable[[JobFacts], Any]
    recall: Callable[[Any, Any], Any]
    learn: Callable[[JobFacts], Any]

    def ask(self, facts: JobFacts) -> Any:
        """Return the answer for these facts."""
        known = self.recall(self.read(facts), NEW)
        return self.learn(facts) if known is NEW else known


def lookup(inputs: tuple[str, ...], answer: Callable[[tuple[Any, ...]], Any]) -> Lookup:
    """Return answer(the inputs' values of the facts), computed once per combination of values."""
    memo: dict[Any, Any] = {}
    read: Callable[[JobFacts], Any]
    if len(inputs) == 1:
        read = reader(inputs[0])
    else:
        read = row_reader(inputs) if inputs else lambda _facts: ()

    def learn(facts: JobFacts) -> Any:
        if len(memo) >= MEMO_LIMIT:
            memo.clear()
        values = read(facts)
        learnt = memo[values] = answer((values,) if len(inputs) == 1 else values)
        return learnt

    return Lookup(read, memo.get, learn)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
