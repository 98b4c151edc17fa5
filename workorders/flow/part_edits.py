"""Edits of a flow's tasks, forms, triggers and name."""

from workorders.flow.bodies import Body, EditError, Table, ask_for_parts, place, stage_of
from workorders.flow.stage_edits import Edit


def set_task(flow: Body, edit: Edit) -> None:
    """Give a stage a task, or another one of its key."""
    stage = stage_of(flow, place(flow, str(edit["stage"])))
    _put(stage.setdefault("tasks", []), dict(edit["task"]))
    ask_for_parts(flow, stage["key"])


def drop_task(flow: Body, edit: Edit) -> None:
    """Take a task from a stage."""
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


def set_form(flow: Body, edit: Edit) -> None:
    """Give the flow a form, and let a stage ask for it."""
    _put(flow["forms"], dict(edit["form"]))
    if edit.get("stage"):
        stage = stage_of(flow, place(flow, str(edit["stage"])))
        stage["form"] = edit["form"]["key"]
        ask_for_parts(flow, stage["key"])


def drop_form(flow: Body, edit: Edit) -> None:
    """Take a form from the flow and from whoever asks for it."""
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


def set_trigger(flow: Body, edit: Edit) -> None:
    """Give the flow a trigger, or another one of its key."""
    trigger = dict(edit["trigger"])
    if trigger.get("stage"):
        trigger["stage"] = place(flow, str(trigger["stage"]))
    _put(flow["triggers"], trigger)


def drop_trigger(flow: Body, edit: Edit) -> None:
    """Take a trigger from the flow."""
    flow["triggers"] = [each for each in flow["triggers"] if each["key"] != edit["trigger"]]


def set_name(flow: Body, edit: Edit) -> None:
    """Name the flow."""
    flow["name"] = str(edit["name"])
