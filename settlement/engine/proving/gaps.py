"""Cases no row of a table takes, each with an order that shows it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from settlement.engine.cells import Test
from settlement.engine.proving.axis import Axis
from settlement.engine.proving.finding import GAP, Finding
from settlement.engine.proving.ground import NOTHING_KNOWN, Ground
from settlement.engine.proving.walk import Budget, TooMuchWork, free_cases
from settlement.engine.reading import N_
from settlement.engine.tables import Table

Cells = Mapping[str, Test]  # by fact
EVERYTHING: Sequence[Cells] = ({},)

GAPS_KEPT = 5  # examples shown per table; more would hide the first
# Cases looked at before a question stays open: whether rows together leave nothing over is as hard
# as any puzzle, and the check runs while people type.
CASES_PER_TABLE = 200_000


def axes_of(
    rows: Sequence[Cells], *, unsure: bool = False, ground: Ground = NOTHING_KNOWN
) -> dict[str, Axis]:
    """Return the axis of each fact that rows, given as cells by fact, look at."""
    facts = dict.fromkeys(fact for row in rows for fact in row)
    tests = {fact: {n: row[fact] for n, row in enumerate(rows) if fact in row} for fact in facts}
    return {
        fact: Axis(fact, cells, len(rows), unsure=unsure, ground=ground)
        for fact, cells in tests.items()
    }


def cells_of(table: Table) -> list[Cells]:
    """Return the rows of a table as cells by fact."""
    return [{table.inputs[at]: test for at, test in row.tests} for row in table.rows]


def gap_findings(
    path: str, table: Table, beside: Table | None = None, where: Sequence[Cells] = EVERYTHING,
    ground: Ground = NOTHING_KNOWN,
) -> Iterator[Finding]:  # fmt: skip
    """Yield the cases without a row among those that one of the conditions `where` lets pass.

    With a second table only those that a row of it takes. Of a COLLECT table nothing: that no row
    adds anything is usual there.
    """
    if table.hit == "COLLECT":
        return
    told: list[Mapping[str, Any]] = []
    try:
        for example in _gaps(table, beside, where, ground):
            if example in told:
                continue
            told.append(example)
            if len(told) > GAPS_KEPT:
                yield Finding(GAP, path, N_("no row applies in further cases"), {}, example)
                return
            yield Finding(GAP, path, N_("no row applies"), {}, example)
    except TooMuchWork:
        message = N_("too many combinations to tell whether a row applies to every order")
        yield Finding(GAP, path, message, {}, {})


def _gaps(
    table: Table, beside: Table | None, where: Sequence[Cells], ground: Ground
) -> Iterator[Mapping[str, Any]]:
    others = cells_of(beside) if beside else []
    by_fact = axes_of([*cells_of(table), *others, *where], ground=ground)
    axes, budget = list(by_fact.values()), Budget(CASES_PER_TABLE)
    own = len(table.rows)
    conditions = own + len(others)
    within = [range(own, conditions)] if beside else []
    for rows in product(*within, range(conditions, conditions + len(where))):
        box = [axis.meet(rows) for axis in axes]
        for case in free_cases(axes, box, (1 << own) - 1, budget):
            yield {
                fact: axis.values[case.get(at, box[at].cases[0])]
                for at, (fact, axis) in enumerate(by_fact.items())
                if at in case or not axis.tested.isdisjoint(rows)
            }
