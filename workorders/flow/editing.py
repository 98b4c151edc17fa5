"""Edits of a flow as data: the designer makes them one by one, an overlay keeps a list of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from common.marking import N_
from workorders.flow.bodies import (
    Body,
    EditError,
    Table,
    ask_for_parts,
    normal,
    place,
    stage_of,
    ways_from,
)
from workorders.flow.inserting import insert_block
from workorders.flow.lifting import move_stage, remove_stage

Edit = Mapping[str, Any]
Blocks = Mapping[str, Mapping[str, Any]]
"""The library's blocks by key, as `insert_block` takes them."""

EDIT_ERRORS: Mapping[str, str] = {
    "no_stage": N_("The flow has no stage “%(where)s”"),
    "no_block": N_("The library has no block “%(where)s”"),
    "no_way": N_("No way “%(where)s” starts here"),
    "no_edit": N_("“%(where)s” is no edit"),
    "no_form": N_("The flow has no form “%(where)s”"),
    "no_task": N_("The stage has no task “%(where)s”"),
    "first_stage": N_("The first stage “%(where)s” cannot be taken out"),
    "nothing_follows": N_("Nothing goes on behind “%(where)s”, so no stage can stand there"),
    "behind_itself": N_("“%(where)s” cannot stand behind itself"),
}
_STAGE_VALUES = (
    "name", "department", "role", "hint", "sla_minutes", "business_time", "form", "meaning",
)  # fmt: skip
_WAY_VALUES = ("name", "roles", "asks", "approvals", "guards", "effects", "when", "to")


def apply_edits(body: Mapping[str, Any], edits: Iterable[Edit], blocks: Blocks) -> Body:
    """Return the body after all edits, in order. Raises EditError at the first that is impossible."""
    flow = normal(body)
    for edit in edits:
        flow = apply_edit(flow, edit, blocks)
    return flow


def apply_edit(body: Mapping[str, Any], edit: Edit, blocks: Blocks) -> Body:
    """Return the body after one edit {op, …}; `stage` and `after` are anchors (see `place`).

    insert {block, after?}: a block of the library, or a table of one; remove {stage};
    move {stage, after}; stage {stage, …values, None or "" takes one away}; limits {percent};
    way {stage, way, …values, add_guards?}; add_way {way: table}; drop_way {stage, way};
    task {stage, task: table}; drop_task {stage, task}; form {form: table, stage?}; drop_form {form};
    trigger {trigger: table}; drop_trigger {trigger}; name {name}.
    """
    flow = normal(body)
    op = str(edit.get("op", ""))
    if op == "insert":
        return insert_block(flow, _block(edit["block"], blocks), str(edit.get("after", "")))
    if op == "remove":
        return remove_stage(flow, place(flow, str(edit["stage"])))
    if op == "move":
        return move_stage(flow, place(flow, str(edit["stage"])), place(flow, str(edit["after"])))
    if op not in _OPS:
        raise EditError("no_edit", op)
    _OPS[op](flow, edit)
    return flow


def _block(named: str | Mapping[str, Any], blocks: Blocks) -> Mapping[str, Any]:
    if not isinstance(named, str):
        return named
    if named not in blocks:
        raise EditError("no_block", named)
    return blocks[named]


def _set_stage(flow: Body, edit: Edit) -> None:
    stage = stage_of(flow, place(flow, str(edit["stage"])))
    _set_values(stage, edit, _STAGE_VALUES)
    if not stage.get("sla_minutes"):
        stage.pop("business_time", None)
    if "form" in edit:
        ask_for_parts(flow, stage["key"])


def _set_values(table: Table, edit: Edit, names: Iterable[str]) -> None:
    for name in names:
        if name not in edit:
            continue
        if edit[name] in (None, "", [], False):
            table.pop(name, None)
        else:
            table[name] = edit[name]


def _limits(flow: Body, edit: Edit) -> None:
    """Every stage's and task's time becomes so many per cent of what it was, at least a minute."""
    percent = int(edit["percent"])
    for stage in flow["stages"]:
        for table in (stage, *stage.get("tasks", ())):
            if table.get("sla_minutes"):
                table["sla_minutes"] = max(1, table["sla_minutes"] * percent // 100)


def _set_way(flow: Body, edit: Edit) -> None:
    for way in _ways(flow, edit):
        _set_values(way, edit, _WAY_VALUES)
        for guard in edit.get("add_guards", ()):
            if guard not in way.setdefault("guards", []):
                way["guards"].append(guard)


def _ways(flow: Body, edit: Edit) -> list[Table]:
    key = str(edit["way"])
    start = place(flow, str(edit["stage"]))
    found = [way for way in ways_from(flow, start) if way["key"] == key]
    if not found:
        raise EditError("no_way", key)
    return found


def _add_way(flow: Body, edit: Edit) -> None:
    way = normal({"transitions": [edit["way"]]})["transitions"][0]
    way["from"] = [place(flow, str(source)) for source in way["from"]]
    way["to"] = place(flow, str(way["to"]))
    # A way with conditions is asked before the one that is open to all others.
    same = [at for at, each in enumerate(flow["transitions"]) if each["key"] == way["key"]]
    at = same[0] if same and way.get("when") else len(flow["transitions"])
    flow["transitions"].insert(at, way)


def _drop_way(flow: Body, edit: Edit) -> None:
    start = place(flow, str(edit["stage"]))
    for way in _ways(flow, edit):
        way["from"] = [source for source in way["from"] if source != start]
    flow["transitions"] = [way for way in flow["transitions"] if way["from"]]


def _set_task(flow: Body, edit: Edit) -> None:
    stage = stage_of(flow, place(flow, str(edit["stage"])))
    _put(stage.setdefault("tasks", []), dict(edit["task"]))
    ask_for_parts(flow, stage["key"])


def _drop_task(flow: Body, edit: Edit) -> None:
    stage = stage_of(flow, place(flow, str(edit["stage"])))
    kept = [task for task in stage.get("tasks", []) if task["key"] != edit["task"]]
    if len(kept) == len(stage.get("tasks", [])):
        raise EditError("no_task", str(edit["task"]))
    stage["tasks"] = kept
    ask_for_parts(flow, stage["key"])


def _put(tables: list[Table], table: Table) -> None:
    """Put a table in the place of the one with its key, or at the end."""
    for at, each in enumerate(tables):
        if each["key"] == table["key"]:
            tables[at] = table
            return
    tables.append(table)


def _set_form(flow: Body, edit: Edit) -> None:
    _put(flow["forms"], dict(edit["form"]))
    if edit.get("stage"):
        stage = stage_of(flow, place(flow, str(edit["stage"])))
        stage["form"] = edit["form"]["key"]
        ask_for_parts(flow, stage["key"])


def _drop_form(flow: Body, edit: Edit) -> None:
    key = edit["form"]
    if key not in [form["key"] for form in flow["forms"]]:
        raise EditError("no_form", str(key))
    flow["forms"] = [form for form in flow["forms"] if form["key"] != key]
    for stage in flow["stages"]:
        for task in stage.get("tasks", ()):
            if task.get("form") == key:
                task.pop("form")
        if stage.get("form") == key:
            stage.pop("form")
            ask_for_parts(flow, stage["key"])


def _set_trigger(flow: Body, edit: Edit) -> None:
    trigger = dict(edit["trigger"])
    if trigger.get("stage"):
        trigger["stage"] = place(flow, str(trigger["stage"]))
    _put(flow["triggers"], trigger)


def _drop_trigger(flow: Body, edit: Edit) -> None:
    flow["triggers"] = [each for each in flow["triggers"] if each["key"] != edit["trigger"]]


def _set_name(flow: Body, edit: Edit) -> None:
    flow["name"] = str(edit["name"])


_OPS: Mapping[str, Callable[[Body, Edit], None]] = {
    "stage": _set_stage,
    "limits": _limits,
    "way": _set_way,
    "add_way": _add_way,
    "drop_way": _drop_way,
    "task": _set_task,
    "drop_task": _drop_task,
    "form": _set_form,
    "drop_form": _drop_form,
    "trigger": _set_trigger,
    "drop_trigger": _drop_trigger,
    "name": _set_name,
}
