"""Edits of a flow's stages and of the ways between them."""

from collections.abc import Iterable, Mapping
from typing import Any

from workorders.flow.bodies import (
    Body,
    EditError,
    Table,
    ask_for_parts,
    normal,
    only_from,
    place,
    stage_of,
    ways_from,
)

Edit = Mapping[str, Any]
_STAGE_VALUES = (
    "name", "department", "role", "hint", "sla_minutes", "business_time", "form", "meaning",
    "quiet", "carries",
)  # fmt: skip
_WAY_VALUES = ("name", "roles", "asks", "approvals", "guards", "effects", "when", "to")


def set_stage(flow: Body, edit: Edit) -> None:
    """Set the values of a stage."""
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


def limits(flow: Body, edit: Edit) -> None:
    """Every stage's and task's time becomes so many per cent of what it was, at least a minute."""
    percent = int(edit["percent"])
    for stage in flow["stages"]:
        for table in (stage, *stage.get("tasks", ())):
            if table.get("sla_minutes"):
                table["sla_minutes"] = max(1, table["sla_minutes"] * percent // 100)


def set_way(flow: Body, edit: Edit) -> None:
    """Set the values of the ways of one key out of a stage, or of the `nth` of them from 0.

    With `alone` other stages from which they lead keep them as they were.
    """
    start = place(flow, str(edit["stage"]))
    for way in _ways(flow, edit):
        if edit.get("alone"):
            way = only_from(flow, way, start)
        _set_values(way, edit, _WAY_VALUES)
        for guard in edit.get("add_guards", ()):
            if guard not in way.setdefault("guards", []):
                way["guards"].append(guard)


def _ways(flow: Body, edit: Edit) -> list[Table]:
    key = str(edit["way"])
    start = place(flow, str(edit["stage"]))
    found = [way for way in ways_from(flow, start) if way["key"] == key]
    nth = edit.get("nth")
    found = found if nth is None else found[int(nth) : int(nth) + 1]
    if not found:
        raise EditError("no_way", key)
    return found


def add_way(flow: Body, edit: Edit) -> None:
    """Add a way; one with conditions goes before the others of its key."""
    way = normal({"transitions": [edit["way"]]})["transitions"][0]
    way["from"] = [place(flow, str(source)) for source in way["from"]]
    way["to"] = place(flow, str(way["to"]))
    # A way with conditions is asked before the one that is open to all others.
    same = [at for at, each in enumerate(flow["transitions"]) if each["key"] == way["key"]]
    at = same[0] if same and way.get("when") else len(flow["transitions"])
    flow["transitions"].insert(at, way)


def drop_way(flow: Body, edit: Edit) -> None:
    """Take the ways of one key, or the `nth` of them, out of a stage."""
    start = place(flow, str(edit["stage"]))
    for way in _ways(flow, edit):
        way["from"] = [source for source in way["from"] if source != start]
    flow["transitions"] = [way for way in flow["transitions"] if way["from"]]
