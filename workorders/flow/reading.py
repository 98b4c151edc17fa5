"""Reads a flow from a preset file or the stored JSON, with every error found."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.checked_table import CheckedTable, Errors
from workorders.flow.cross_checking import wrong_names
from workorders.flow.reading_conditions import read_triggers
from workorders.flow.reading_forms import read_forms
from workorders.flow.reading_stages import read_stage
from workorders.flow.reading_ways import read_way
from workorders.flow.shape import Flow


class FlowError(ValueError):
    """A body that is no flow; `errors` lists (path, reason) of everything wrong with it."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in self.errors))


def read_flow(body: Mapping[str, Any]) -> Flow:
    """Read a flow from a mapping (a preset file or the stored JSON).

    Shape: key, name, initial,
    stages[] {key, name, meaning, sla_minutes?, business_time?, department?, role?, hint?, form?,
    block?, quiet?, carries?, tasks?[] {key, name, role, department?, sla_minutes?, business_time?, form?, when?}},
    transitions[] {key, name, from: key or list of keys, to, guards?, roles, asks?, effects?, when?,
    approvals?}, forms?[] see `reading_forms`, triggers?[] see `reading_conditions`.
    Raises FlowError with every error found. Unknown guards are left to `check`.
    """
    errors: Errors = []
    table = CheckedTable(body, "", errors)
    table.only("key", "name", "initial", "stages", "transitions", "forms", "triggers")
    flow = Flow(
        key=table.text("key"),
        name=table.text("name"),
        initial=table.text("initial"),
        stages=tuple(read_stage(row) for row in table.tables("stages", needed=True)),
        transitions=tuple(read_way(row) for row in table.tables("transitions", needed=True)),
        forms=tuple(read_forms(table)),
        triggers=tuple(read_triggers(table)),
    )
    errors += wrong_names(flow)
    if errors:
        raise FlowError(errors)
    return flow
