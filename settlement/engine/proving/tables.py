"""Proofs about one decision table: overlaps, rows nobody reaches, rows no order fits."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from itertools import islice
from operator import and_
from typing import Any

from settlement.engine.proving.axis import Reach, members
from settlement.engine.proving.finding import FAULT, NOTICE, WARNING, Finding
from settlement.engine.proving.gaps import CASES_PER_TABLE, axes_of, cells_of
from settlement.engine.proving.ground import NOTHING_KNOWN, Ground
from settlement.engine.proving.walk import Budget, Case, TooMuchWork, free_cases, taking
from settlement.engine.reading import N_
from settlement.engine.tables import Table

OVERLAPS_KEPT = 50
CASES_PER_ROW = 20_000  # one row that is hard to decide leaves the others their turn


def table_findings(path: str, table: Table, ground: Ground = NOTHING_KNOWN) -> Iterator[Finding]:
    """Yield everything that is said of rows; what they leave over is a matter of gap_findings."""
    proof = _Rows(path, table, ground)
    yield from proof.empty()
    if table.hit == "UNIQUE":
        yield from islice(proof.overlaps(), OVERLAPS_KEPT)
    if table.hit == "FIRST":
        yield from proof.unreached()


def overlapping(path: str, table: Table, ground: Ground = NOTHING_KNOWN) -> bool:
    """Whether two rows of a UNIQUE table apply to one order."""
    return next(_Rows(path, table, ground).overlaps(), None) is not None


class _Rows:
    def __init__(self, path: str, table: Table, ground: Ground) -> None:
        self.path, self.rows = path, table.rows
        # Neither that two rows overlap nor that one is never reached is said without being sure.
        self.by_fact = axes_of(cells_of(table), unsure=table.hit == "FIRST", ground=ground)
        self.axes = list(self.by_fact.values())

    def empty(self) -> Iterator[Finding]:
        for number, row in enumerate(self.rows):
            for fact, reach in zip(self.by_fact, self._box(number), strict=True):
                if not reach.cases:
                    message = N_("no order fits row %(row)s: %(fact)s is never like that")
                    yield self._found(WARNING, message, {"row": row.id, "fact": fact}, {})

    def overlaps(self) -> Iterator[Finding]:
        for number, row in enumerate(self.rows):
            box = self._box(number)
            later = reduce(and_, (each.touching for each in box), -1)
            for other in members(later & ((1 << len(self.rows)) - (2 << number))):
                both = [
                    next(case for case in reach.cases if axis.rows[case] >> other & 1)
                    for axis, reach in zip(self.axes, box, strict=True)
                ]
                params = {"one": row.id, "two": self.rows[other].id}
                example = self._example(both, (number, other))
                yield self._found(FAULT, N_("rows %(one)s and %(two)s both apply"), params, example)

    def unreached(self) -> Iterator[Finding]:
        budget, undecided = Budget(CASES_PER_TABLE), []
        for number, row in enumerate(self.rows):
            box = self._box(number)
            earlier = reduce(and_, (each.touching for each in box), (1 << number) - 1)
            alone = reduce(and_, (each.covering for each in box), earlier)
            if not earlier or not all(each.cases for each in box):
                continue
            own = budget.part(CASES_PER_ROW)
            try:
                if alone or next(free_cases(self.axes, box, earlier, own), None) is None:
                    yield self._never(number, box, earlier, alone, own)
            except TooMuchWork:
                undecided.append(row.id)
            budget.left -= own.spent
        if undecided:
            message = N_(
                "too many combinations to tell whether %(n)s rows are ever reached, row %(row)s "
                "first"
            )
            params = {"n": str(len(undecided)), "row": undecided[0]}
            yield self._found(NOTICE, message, params, {})

    def _never(
        self, number: int, box: list[Reach], earlier: int, alone: int, budget: Budget
    ) -> Finding:
        """A row other rows take everything from: one of them alone, else several together."""
        message = N_(
            "row %(row)s is never reached: the rows before it take together every order that fits "
            "it, this one goes to row %(earlier)s"
        )
        case: Case | None = None
        if first := alone & -alone:
            # An order that no row before the covering one takes either.
            with suppress(TooMuchWork):
                case = next(free_cases(self.axes, box, earlier & (first - 1), budget), None)
            if case is not None:
                message = N_("row %(row)s is never reached, %(earlier)s applies before it")
        chosen = [(case or {}).get(at, reach.cases[0]) for at, reach in enumerate(box)]
        taker = next(members(taking(self.axes, chosen)))
        params = {"row": self.rows[number].id, "earlier": self.rows[taker].id}
        return self._found(WARNING, message, params, self._example(chosen, (number, taker)))

    def _box(self, row: int) -> list[Reach]:
        return [axis.reach(row) for axis in self.axes]

    def _example(self, chosen: Sequence[int], rows: tuple[int, int]) -> Mapping[str, Any]:
        """Return the facts two rows look at, of the case chosen on each axis."""
        return {
            fact: axis.values[case]
            for (fact, axis), case in zip(self.by_fact.items(), chosen, strict=True)
            if not axis.tested.isdisjoint(rows)
        }

    def _found(
        self, level: str, message: str, params: Mapping[str, object], example: Mapping[str, Any]
    ) -> Finding:
        return Finding(level, self.path, message, params, example)
