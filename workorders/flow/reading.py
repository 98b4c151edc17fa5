"""Reads a flow from a preset file or the stored JSON, with every error found."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from catalog.checked_table import CheckedTable, Errors
from workorders.flow.meaning import Meaning
from workorders.flow.reading_conditions import ANSWER, read_conditions, read_triggers
from workorders.flow.reading_forms import read_forms
from workorders.flow.shape import Condition, Flow, Stage, Task, Transition
from workorders.flow.words import ASKS, EFFECTS, ROLES

# A year of working days: the hours of business are counted day by day.
_LONGEST_BUSINESS_TIME = 250 * 9 * 60
_MOST_APPROVALS = 5


class FlowError(ValueError):
    """A body that is no flow; `errors` lists (path, reason) of everything wrong with it."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in self.errors))


def read_flow(body: Mapping[str, Any]) -> Flow:
    """Read a flow from a mapping (a preset file or the stored JSON).

    Shape: key, name, initial,
    stages[] {key, name, meaning, sla_minutes?, business_time?, department?, role?, hint?, form?,
    block?, tasks?[] {key, name, role, department?, sla_minutes?, business_time?, form?, when?}},
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
        stages=tuple(_read_stage(row) for row in table.tables("stages", needed=True)),
        transitions=tuple(
            _read_transition(row) for row in table.tables("transitions", needed=True)
        ),
        forms=tuple(read_forms(table)),
        triggers=tuple(read_triggers(table)),
    )
    errors += _cross_check(flow)
    if errors:
        raise FlowError(errors)
    return flow


def _cross_check(flow: Flow) -> Iterator[tuple[str, str]]:
    keys = [stage.key for stage in flow.stages]
    for key in sorted(_twice(keys)):
        yield "stages", f"the key {key} is used twice"
    if flow.initial and flow.initial not in keys:
        yield "initial", f"no stage has the key {flow.initial}"
    for at, each in enumerate(flow.transitions):
        for key in (*each.sources, each.target):
            if key not in keys:
                yield f"transitions[{at}]", f"no stage has the key {key}"
    # A way after one without conditions would never be taken.
    always = [
        f"{each.key} from {source}"
        for at, each in enumerate(flow.transitions)
        for source in each.sources
        if any(_hides(earlier, each.key, source) for earlier in flow.transitions[:at])
    ]
    for way in sorted(set(always)):
        yield "transitions", f"{way} exists twice"
    yield from _cross_check_parts(flow, keys)


def _hides(earlier: Transition, key: str, source: str) -> bool:
    return earlier.key == key and source in earlier.sources and not earlier.when


def _cross_check_parts(flow: Flow, stages: list[str]) -> Iterator[tuple[str, str]]:
    forms = [form.key for form in flow.forms]
    for key in sorted(_twice(forms)):
        yield "forms", f"the key {key} is used twice"
    for key in sorted(_twice([each.key for each in flow.triggers])):
        yield "triggers", f"the key {key} is used twice"
    for stage in flow.stages:
        for key in sorted(_twice([task.key for task in stage.tasks])):
            yield f"stages.{stage.key}.tasks", f"the key {key} is used twice"
        for form in {stage.form, *(task.form for task in stage.tasks)} - {"", *forms}:
            yield f"stages.{stage.key}", f"no form has the key {form}"
    for each in flow.triggers:
        if each.stage and each.stage not in stages:
            yield f"triggers.{each.key}", f"no stage has the key {each.stage}"
    fields = {f"{ANSWER}{field.key}" for form in flow.forms for field in form.fields}
    for where, condition in _conditions(flow):
        if condition.fact.startswith(ANSWER) and condition.fact not in fields:
            yield where, f"no form asks for {condition.fact.removeprefix(ANSWER)}"


def _conditions(flow: Flow) -> Iterator[tuple[str, Condition]]:
    for way in flow.transitions:
        yield from ((f"transitions.{way.key}", each) for each in way.when)
    for trigger in flow.triggers:
        yield from ((f"triggers.{trigger.key}", each) for each in trigger.when)
    for stage in flow.stages:
        for task in stage.tasks:
            yield from ((f"stages.{stage.key}.{task.key}", each) for each in task.when)


def _twice(values: list[str]) -> set[str]:
    return {value for value in values if values.count(value) > 1}


def _read_stage(row: CheckedTable) -> Stage:
    row.only(
        "key", "name", "meaning", "sla_minutes", "business_time", "department", "role", "hint",
        "form", "block", "tasks",
    )  # fmt: skip
    meaning = row.text("meaning")
    if meaning and meaning not in Meaning.__members__:
        row.wrong("meaning", f"{meaning} is no meaning")
    sla_minutes, business_time = _limit(row)
    return Stage(
        key=row.text("key"),
        name=row.text("name"),
        meaning=Meaning.__members__.get(meaning, Meaning.WAITING),
        sla_minutes=sla_minutes,
        department=row.text("department", ""),
        role=row.text("role", ""),
        business_time=business_time,
        hint=row.text("hint", ""),
        form=row.text("form", ""),
        block=row.text("block", ""),
        tasks=tuple(_read_task(each) for each in row.tables("tasks")),
    )


def _limit(row: CheckedTable) -> tuple[int | None, bool]:
    sla_minutes = row.whole_or_none("sla_minutes", low=1)
    business_time = row.flag("business_time", default=False)
    if business_time and not 0 < (sla_minutes or 0) <= _LONGEST_BUSINESS_TIME:
        row.wrong("business_time", f"needs sla_minutes from 1 to {_LONGEST_BUSINESS_TIME}")
    return sla_minutes, business_time


def _read_task(row: CheckedTable) -> Task:
    row.only(
        "key", "name", "role", "department", "sla_minutes", "business_time", "form", "when"
    )  # fmt: skip
    role = row.text("role")
    if role and role not in ROLES - {"system"}:
        row.wrong("role", f"{role} is no role")
    sla_minutes, business_time = _limit(row)
    return Task(
        key=row.text("key"),
        name=row.text("name"),
        role=role,
        department=row.text("department", ""),
        sla_minutes=sla_minutes,
        business_time=business_time,
        form=row.text("form", ""),
        when=read_conditions(row),
    )


def _read_transition(row: CheckedTable) -> Transition:
    row.only(
        "key", "name", "from", "to", "guards", "roles", "asks", "effects", "when", "approvals", "block"
    )  # fmt: skip
    approvals = row.whole("approvals", 1, low=1)
    if approvals > _MOST_APPROVALS:
        row.wrong("approvals", f"must be at most {_MOST_APPROVALS}")
    return Transition(
        key=row.text("key"),
        name=row.text("name"),
        sources=row.text_or_texts("from"),
        target=row.text("to"),
        guards=row.texts("guards"),
        roles=row.texts("roles", ROLES),
        asks=row.texts("asks", ASKS),
        effects=row.texts("effects", EFFECTS),
        when=read_conditions(row),
        approvals=approvals,
        block=row.text("block", ""),
    )
