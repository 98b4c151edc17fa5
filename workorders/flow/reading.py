"""Reads a flow from a preset file or the stored JSON, with every error found."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.checked_table import CheckedTable, Errors
from workorders.flow.meaning import Meaning
from workorders.flow.shape import Flow, Stage, Transition
from workorders.flow.words import ASKS, EFFECTS, ROLES

# A year of working days: the hours of business are counted day by day.
_LONGEST_BUSINESS_TIME = 250 * 9 * 60


class FlowError(ValueError):
    """A body that is no flow; `errors` lists (path, reason) of everything wrong with it."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in self.errors))


def read_flow(body: Mapping[str, Any]) -> Flow:
    """Read a flow from a mapping (a preset file or the stored JSON).

    Shape: key, name, initial, stages[] {key, name, meaning, sla_minutes?, business_time?,
    department?, role?},
    transitions[] {key, name, from: key or list of keys, to, guards?, roles, asks?, effects?}.
    Raises FlowError with every error found. Unknown guards are left to `check`.
    """
    errors: Errors = []
    table = CheckedTable(body, "", errors)
    flow = Flow(
        key=table.text("key"),
        name=table.text("name"),
        initial=table.text("initial"),
        stages=tuple(_read_stage(row) for row in table.tables("stages", needed=True)),
        transitions=tuple(
            _read_transition(row) for row in table.tables("transitions", needed=True)
        ),
    )
    _cross_check(flow, errors)
    if errors:
        raise FlowError(errors)
    return flow


def _cross_check(flow: Flow, errors: Errors) -> None:
    keys = [stage.key for stage in flow.stages]
    errors += [("stages", f"the key {key} is used twice") for key in sorted(_twice(keys))]
    if flow.initial and flow.initial not in keys:
        errors.append(("initial", f"no stage has the key {flow.initial}"))
    for at, each in enumerate(flow.transitions):
        unknown = [key for key in (*each.sources, each.target) if key and key not in keys]
        errors += [(f"transitions[{at}]", f"no stage has the key {key}") for key in unknown]
    ways = [f"{each.key} from {source}" for each in flow.transitions for source in each.sources]
    errors += [("transitions", f"{way} exists twice") for way in sorted(_twice(ways))]


def _twice(values: list[str]) -> set[str]:
    return {value for value in values if values.count(value) > 1}


def _read_stage(row: CheckedTable) -> Stage:
    row.only("key", "name", "meaning", "sla_minutes", "business_time", "department", "role")
    meaning = row.text("meaning")
    if meaning and meaning not in Meaning.__members__:
        row.wrong("meaning", f"{meaning} is no meaning")
    sla_minutes = row.whole_or_none("sla_minutes", low=1)
    business_time = row.flag("business_time", default=False)
    if business_time and not 0 < (sla_minutes or 0) <= _LONGEST_BUSINESS_TIME:
        row.wrong("business_time", f"needs sla_minutes from 1 to {_LONGEST_BUSINESS_TIME}")
    return Stage(
        key=row.text("key"),
        name=row.text("name"),
        meaning=Meaning.__members__.get(meaning, Meaning.WAITING),
        sla_minutes=sla_minutes,
        department=row.text("department", ""),
        role=row.text("role", ""),
        business_time=business_time,
    )


def _read_transition(row: CheckedTable) -> Transition:
    row.only("key", "name", "from", "to", "guards", "roles", "asks", "effects")
    return Transition(
        key=row.text("key"),
        name=row.text("name"),
        sources=row.text_or_texts("from"),
        target=row.text("to"),
        guards=row.texts("guards"),
        roles=row.texts("roles", ROLES),
        asks=row.texts("asks", ASKS),
        effects=row.texts("effects", EFFECTS),
    )
