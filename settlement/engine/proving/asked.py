"""The tables of a body, and the cases in which a row of each is expected."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from settlement.engine.proving.gaps import EVERYTHING, Cells, cells_of
from settlement.engine.reading import Section
from settlement.engine.table_reading import read_condition, read_table
from settlement.engine.tables import Table


class Asked(NamedTuple):
    """A table and the conditions under which it is asked; none: its silence is meant."""

    path: str
    table: Table
    where: Sequence[Cells]


def asked_tables(body: Mapping[str, Any]) -> Iterator[Asked]:
    """Yield every table of a valid body; of an empty one nothing."""
    components = body.get("components", ())
    for name, raw in body.get("tables", {}).items():
        users = [each for each in components if name in (each.get("table"), each.get("tier"))]
        table = read_table(Section(raw, name, []), name)
        # A table nobody asks yet is proved as one that is asked about everything.
        where = _where(users) if users else EVERYTHING
        yield Asked(f"rules.tables.{name}", table, where)
    for number, raw in enumerate(components):
        if "rows" in raw:
            path = f"rules.components[{number}]"
            yield Asked(path, read_table(Section(raw, path, []), raw["code"]), _where([raw]))


def unique_tables(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the tables of a valid body of whose rows no two may apply, with a name."""
    own = ((each["code"], each) for each in body["components"] if "rows" in each)
    for name, raw in (*body.get("tables", {}).items(), *own):
        if raw.get("hit", "UNIQUE") == "UNIQUE":
            yield name, raw


def _where(components: Sequence[Mapping[str, Any]]) -> Sequence[Cells]:
    """Return what those components are for that expect a row, as conditions of which one holds."""
    found: list[Cells] = []
    for each in components:
        # One that says no_match = "skip" is silent on purpose where no row applies; a price without
        # a row for its tier never is.
        if each.get("no_match") != "skip" or "tier" in each:
            found += meant_for(each)
    # One for everything leaves nothing for the others to add.
    return EVERYTHING if {} in found else found


def meant_for(component: Mapping[str, Any]) -> Sequence[Cells]:
    """Return what a component is for as conditions of which one holds."""
    condition = read_condition(Section(component, "", []), component["code"])
    return cells_of(condition) if condition else EVERYTHING
