"""Checks a rule body before it is published: faults refuse it, warnings come with an example."""

from collections.abc import Iterator, Mapping
from itertools import islice, pairwise
from typing import Any, NamedTuple

from settlement.engine.cells import Test
from settlement.engine.on_site import CHANNEL, CHARGED, PAID, pays_charges
from settlement.engine.paths import split
from settlement.engine.reading import N_, RuleError, RulesError, Section
from settlement.engine.regional import OVERRIDES, own_values, plain_part, variant_body
from settlement.engine.result import WORKER
from settlement.engine.rules import compile_rules
from settlement.engine.table_reading import read_grid, read_table
from settlement.engine.tables import Grid, Table

EXAMPLES_KEPT = 5  # gaps shown per table; more would hide the first
# Steps of places whose value decides which rows apply, or how amounts follow each other.
_SHAPES = {"when", "hit", "no_match", "brackets", "scheme", "gives", "measure"}
OTHER = "…"  # stands for any value no row names


class Finding(NamedTuple):
    """One finding: level `fault` or `warning`, where, what, and a counter-example of facts."""

    level: str
    path: str
    message: str
    params: Mapping[str, object]
    example: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.path}: {self.message % self.params}"


def check_rules(body: Mapping[str, Any]) -> list[Finding]:
    """Return everything wrong or doubtful with a body; no fault means it may be published."""
    try:
        compile_rules(body)
    except RulesError as error:
        return [Finding("fault", e.path, e.message, e.params, {}) for e in error.errors]
    found = _doubts(plain_part(body))
    found += _unsaid_charges(body)
    known = {str(each) for each in found}
    for code, values in own_values(body).items():
        if not any(_SHAPES & set(split(path)) for path in values):
            continue  # other amounts in the same cells: nothing new to find
        for each in _doubts(variant_body(body, values)):
            if str(each) not in known:
                found.append(each._replace(path=f"rules.{OVERRIDES}.{code}: {each.path}"))
    return found


def _doubts(body: Mapping[str, Any]) -> list[Finding]:
    found: list[Finding] = []
    for path, table, whole in _tables(body):
        found += [*_overlaps(path, table), *_unreachable(path, table)]
        found += _gaps(path, table) if whole else ()
    for path, grid in _grids(body):
        found += _missing_prices(path, grid)
    for number, component in enumerate(body["components"]):
        found += _falling_totals(f"rules.components[{number}]", component)
    return found


def _unsaid_charges(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Rules that hand out what customers pay and say nothing of what they pay on site."""
    components, sums = body["components"], body.get("sums", {})
    bases = [*(each.get("base") for each in components), *(each["of"] for each in sums.values())]
    if WORKER in body["parties"] and not pays_charges(components) and any(map(_all_paid, bases)):
        message = N_(
            "customers can be charged extra on site, but no component says who is paid for it: "
            "installers get the tariff's share at once; add a component of the kind Extra charges "
            "to decide about it"
        )
        yield Finding("warning", "rules.components", message, {}, {})
    for number, each in enumerate(components):
        takers = {share.get("party") for share in each.get("shares", ())}
        if CHANNEL in takers and _all_paid(each.get("base")):
            message = N_(
                "the channel gets a share of what customers pay on site: divide what the shop "
                "sold, and give the channel its fee as a commission"
            )
            yield Finding("warning", f"rules.components[{number}].base", message, {}, {})


def _all_paid(base: object) -> bool:
    names = base if isinstance(base, list) else [base]
    return PAID in names and f"-{CHARGED}" not in names


def _tables(body: Mapping[str, Any]) -> Iterator[tuple[str, Table, bool]]:
    """Yield path, table, and whether it is meant to cover every case."""
    errors: list[RuleError] = []
    for name, raw in body.get("tables", {}).items():
        yield f"rules.tables.{name}", read_table(Section(raw, name, errors), name), True
    for number, raw in enumerate(body["components"]):
        if "rows" in raw:
            path = f"rules.components[{number}]"
            # A component that says no_match = "skip" is silent on purpose where no row applies.
            whole = raw.get("no_match") != "skip"
            yield path, read_table(Section(raw, path, errors), raw["code"]), whole


def _grids(body: Mapping[str, Any]) -> Iterator[tuple[str, Grid]]:
    for name, raw in body.get("grids", {}).items():
        yield f"rules.grids.{name}", read_grid(Section(raw, name, []), name)


def samples(tests: list[Test]) -> list[Any]:
    """Return values that tell all the tests of one fact apart: named ones, neighbours, others."""
    named = {value for test in tests for value in test.literals()}
    if any(isinstance(value, bool) for value in named):
        return [False, True]
    numbers = {value for value in named if isinstance(value, int)}
    texts = sorted(value for value in named if isinstance(value, str))
    near = {value + step for value in numbers for step in (-1, 0, 1)}
    return [*sorted(near), *texts, *([OTHER] if texts else [])]


def _domain(table: Table) -> list[list[Any]]:
    return [
        samples([test for row in table.rows for at, test in row.tests if at == position])
        for position in range(len(table.inputs))
    ]


def _overlaps(path: str, table: Table) -> Iterator[Finding]:
    if table.hit != "UNIQUE":
        return
    domain = _domain(table)
    for number, row in enumerate(table.rows):
        for other in table.rows[number + 1 :]:
            both = _common(table, domain, [*row.tests, *other.tests])
            if both is not None:
                message = N_("rows %(one)s and %(two)s both apply")
                yield Finding("fault", path, message, {"one": row.id, "two": other.id}, both)


def _common(
    table: Table, domain: list[list[Any]], tests: list[tuple[int, Test]]
) -> Mapping[str, Any] | None:
    """Return facts that pass all tests, or None: each fact can be chosen for itself."""
    example: dict[str, Any] = {}
    for position, name in enumerate(table.inputs):
        wanted = [test for at, test in tests if at == position]
        fitting = [v for v in domain[position] if all(test.matches(v) for test in wanted)]
        if not fitting:
            return None
        if wanted:
            example[name] = fitting[0]
    return example


def _unreachable(path: str, table: Table) -> Iterator[Finding]:
    if table.hit != "FIRST":
        return
    for number, row in enumerate(table.rows):
        for earlier in table.rows[:number]:
            if _covers(table, earlier.tests, row.tests):
                message = N_("row %(row)s is never reached, %(earlier)s applies before it")
                params = {"row": row.id, "earlier": earlier.id}
                yield Finding("warning", path, message, params, {})
                break


def _covers(
    table: Table, wide: tuple[tuple[int, Test], ...], narrow: tuple[tuple[int, Test], ...]
) -> bool:
    domain = _domain(table)
    for at, test in wide:
        own = [t for position, t in narrow if position == at]
        passing = [v for v in domain[at] if all(t.matches(v) for t in own)]
        if not all(test.matches(value) for value in passing):
            return False
    return True


def _gaps(path: str, table: Table) -> Iterator[Finding]:
    if table.hit == "COLLECT":
        return
    gaps = _uncovered(table, _domain(table), 0, list(table.rows), {})
    for example in islice(gaps, EXAMPLES_KEPT):
        yield Finding("warning", path, N_("no row applies"), {}, example)


def _uncovered(
    table: Table, domain: list[list[Any]], position: int, rows: list[Any], so_far: dict[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Yield facts no row applies to, walking fact by fact and dropping rows that fail."""
    if not rows:
        yield dict(so_far)
        return
    if any(all(at < position for at, _ in row.tests) for row in rows):
        return  # a row without further cells takes everything from here on
    for value in domain[position]:
        left = [
            row
            for row in rows
            if all(test.matches(value) for at, test in row.tests if at == position)
        ]
        name = table.inputs[position]
        yield from _uncovered(table, domain, position + 1, left, {**so_far, name: value})


def _missing_prices(path: str, grid: Grid) -> Iterator[Finding]:
    # A row that is a number stands there under its text and under the number.
    rows = dict.fromkeys(row for row, _ in grid.cells if isinstance(row, str))
    for row in rows:
        for column in grid.columns:
            if (row, column) not in grid.cells and (row, "*") not in grid.cells:
                params = {"row": row, "column": column}
                message = N_("no price for %(row)s in column %(column)s")
                yield Finding("warning", path, message, params, {})


def _falling_totals(path: str, component: Mapping[str, Any]) -> Iterator[Finding]:
    """Volume prices per unit that fall so far that one unit more earns less."""
    if component.get("kind") != "brackets" or component.get("gives") != "unit_fen":
        return
    if component.get("scheme", "volume") != "volume":
        return
    rows = component["brackets"]
    for lower, upper in pairwise(rows):
        start = upper["from"]
        below, above = (start - 1) * lower["unit_fen"], start * upper["unit_fen"]
        if above < below:
            message = N_("%(more)d units give %(above)d fen, one less gave %(below)d fen")
            params = {"more": start, "above": above, "below": below}
            yield Finding("warning", path, message, params, {component["measure"]: start})
