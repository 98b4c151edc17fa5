"""Reads decision tables and price grids out of a rule body."""

from collections.abc import Mapping
from typing import Any

from settlement.engine.cells import CellError, read_cell
from settlement.engine.facts import code_value, fact_kind
from settlement.engine.reading import N_, Section
from settlement.engine.tables import HIT_POLICIES, MATERIAL, Grid, Row, Table


def read_table(section: Section, name: str) -> Table:
    """Read a decision table: hit policy and rows of {id, label, when, …outputs}.

    `inputs` may give the facts the order in which people see them; it changes no answer.
    """
    hit = section.choice("hit", HIT_POLICIES, "UNIQUE")
    declared = section.any("inputs", [])
    for fact in declared if isinstance(declared, list) else [declared]:
        if not isinstance(fact, str) or fact_kind(fact) is None:
            section.wrong(N_("%(fact)s is not a fact"), "inputs", fact=fact)
    return build_table(name, hit, section.sections("rows"))


def read_condition(section: Section, name: str) -> Table | None:
    """Read what a component is for as a table whose rows are the cases; None: for everything."""
    if not section.has("when"):
        return None
    raw = section.any("when")
    cases = raw if isinstance(raw, list) else [raw]
    rows = [Section({"when": case}, f"{section.path}.when", section.errors) for case in cases]
    return build_table(name, "FIRST", rows)


def build_table(name: str, hit: str, rows: list[Section]) -> Table:
    """Build a table whose inputs are the facts its rows name, in order of appearance."""
    inputs: list[str] = []
    built = []
    for number, row in enumerate(rows, start=1):
        cells = row.any("when", {})
        tests = []
        if not isinstance(cells, Mapping):
            row.wrong(N_("a table of fields is needed here"), "when")
            cells = {}
        for fact, raw in cells.items():
            kind = fact_kind(fact)
            if kind is None:
                row.wrong(N_("%(fact)s is not a fact"), "when", fact=fact)
                continue
            try:
                test = read_cell(raw, kind)
            except CellError as error:
                row.wrong(
                    N_("the cell cannot be read: %(reason)s"), f"when.{fact}", reason=str(error)
                )
                continue
            if fact not in inputs:
                inputs.append(fact)
            tests.append((inputs.index(fact), test))
        gives = {k: row.any(k) for k in row.raw if k not in {"when", "id", "label"}}
        label = row.text("label", "")
        built.append(Row(row.text("id", f"{name}-{number}"), label, tuple(tests), gives))
    return Table(name, tuple(inputs), hit, tuple(built))


def read_grid(section: Section, name: str) -> Grid:
    """Read a price grid: `rows_by` facts, optional `column_by` with `columns`, and `fen` by row."""
    raw_rows = section.any("rows_by")
    rows_by = tuple(raw_rows if isinstance(raw_rows, list) else [raw_rows])
    column_by = section.text("column_by", "") or None
    columns = tuple(section.any("columns", [])) if column_by else (None,)
    if column_by and fact_kind(column_by) == "code":
        columns = tuple(code_value(c) if isinstance(c, str) else c for c in columns)
    for fact in (*rows_by, *([column_by] if column_by else [])):
        if not isinstance(fact, str) or (fact_kind(fact) is None and rows_by != (MATERIAL,)):
            section.wrong(N_("%(fact)s is not a fact"), fact=fact)
            return Grid(name, ("service_item",), None, (), {})
    cells: dict[tuple[Any, Any], int] = {}
    prices = section.any("fen")
    for key, row in prices.items() if isinstance(prices, Mapping) else ():
        values = row if isinstance(row, list) else [row] * len(columns)
        if len(values) != len(columns) or not all(type(value) is int for value in values):
            section.wrong(N_("one whole number per column is needed"), f"fen.{key}")
            continue
        cells.update({(key, column): fen for column, fen in zip(columns, values, strict=True)})
        number = code_value(key)
        if number != key and any(fact_kind(fact) in {"code", "number"} for fact in rows_by):
            cells |= {(number, column): cells[key, column] for column in columns}
    if not cells:
        section.wrong(N_("a grid needs prices"), "fen")
    section.done()
    return Grid(name, rows_by, column_by, columns, cells)
