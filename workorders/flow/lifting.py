"""Takes a stage out of a flow, or puts it elsewhere."""

from collections.abc import Mapping
from typing import Any

from workorders.flow.bodies import (
    Body,
    EditError,
    Table,
    ask_for_parts,
    forward_ways,
    normal,
    position,
    stage_of,
)
from workorders.flow.inserting import BEFORE, NEXT, insert_block, swap_source


def remove_stage(body: Mapping[str, Any], key: str) -> Body:
    """Return the body without a stage: what led to it leads on to where it led.

    Raises EditError for the first stage and for one behind which nothing goes on.
    """
    flow, lifted = _lift(normal(body), key)
    unused = _form_keys(lifted["stages"]) - _form_keys(flow["stages"])
    flow["forms"] = [form for form in flow["forms"] if form["key"] not in unused]
    return flow


def move_stage(body: Mapping[str, Any], key: str, after: str) -> Body:
    """Return the body with a stage behind another one, linked in there."""
    if key == after:
        raise EditError("behind_itself", key)
    flow, lifted = _lift(normal(body), key)
    return insert_block(flow, lifted, after)


def _form_keys(stages: list[Table]) -> set[str]:
    tasks = [task for stage in stages for task in stage.get("tasks", ())]
    return {str(table["form"]) for table in (*stages, *tasks) if table.get("form")}


def _lift(flow: Body, key: str) -> tuple[Body, Body]:
    """Take a stage out; returns the flow without it, and the stage as a block to put in again."""
    if flow.get("initial") == key:
        raise EditError("first_stage", key)
    stage = stage_of(flow, key)
    onward = forward_ways(flow, key)
    if not onward:
        raise EditError("nothing_follows", key)
    following = str(onward[0]["to"])
    own = _own_ways(flow, stage)
    entering = [way for way in own if way["to"] == key and key not in way["from"]]
    before = str(entering[0]["from"][0]) if entering else _stage_before(flow, key)
    lifted = _as_block(stage, own or onward, before, following)
    lifted["triggers"] = [each for each in flow["triggers"] if each.get("stage") == key]
    flow["triggers"] = [each for each in flow["triggers"] if each.get("stage") != key]
    if entering:
        lifted |= {"way": "out", "enter": _endless(entering[0])}
        for way in [each for each in onward if each not in own]:
            _ask_no_more(way)
            swap_source(way, key, before)
    flow["transitions"] = [way for way in flow["transitions"] if way not in own]
    for way in [way for way in flow["transitions"] if way["to"] == key]:
        _lead_past(flow, way, following, [] if own else onward[0].get("guards", []))
    for way in flow["transitions"]:
        way["from"] = [source for source in way["from"] if source != key]
    flow["transitions"] = [way for way in flow["transitions"] if way["from"]]
    flow["stages"] = [each for each in flow["stages"] if each["key"] != key]
    if before:
        ask_for_parts(flow, before)
    return flow, lifted


def _stage_before(flow: Body, key: str) -> str:
    """Return the nearest earlier stage that leads forward to this one; "" when none does."""
    here = position(flow, key)
    found = [
        source
        for way in flow["transitions"]
        if way["to"] == key
        for source in way["from"]
        if position(flow, source) < here
    ]
    return max(found, key=lambda source: position(flow, source), default="")


def _own_ways(flow: Body, stage: Table) -> list[Table]:
    """Return the ways that came with a stage's block and are about it alone, none for other stages."""
    block = stage.get("block")
    if not block or sum(each.get("block") == block for each in flow["stages"]) > 1:
        return []
    key = stage["key"]
    return [
        way
        for way in flow["transitions"]
        if way.get("block") == block and (way["to"] == key or key in way["from"])
    ]


def _ask_no_more(way: Table) -> None:
    """What the stage waited for goes with it."""
    asked = ("form_done", "tasks_done")
    way["guards"] = [guard for guard in way.get("guards", []) if guard not in asked]


def _lead_past(flow: Body, way: Table, following: str, guards: list[str]) -> None:
    """Let a way to a stage that goes lead on; where another way leads on already, drop it."""
    doubled = {
        source
        for source in way["from"]
        for other in forward_ways(flow, source)
        if other is not way and other["to"] == following
    }
    way["from"] = [source for source in way["from"] if source not in {*doubled, following}]
    way["to"] = following
    have = way.get("guards", [])
    way["guards"] = [*have, *(guard for guard in guards if guard not in have)]
    _ask_no_more(way)


def _as_block(stage: Table, ways: list[Table], before: str, following: str) -> Body:
    key = str(stage["key"])
    leaving = [way for way in ways if key in way["from"] and way["to"] == following]
    ends = {before: BEFORE, following: NEXT}
    others = [
        way | {"from": [key], "to": ends.get(way["to"], way["to"])}
        for way in ways
        if key in way["from"] and way not in leaving[:1]
    ]
    fallback = {
        "key": f"after_{key}",
        "name": stage["name"],
        "roles": [stage.get("role") or "system"],
    }
    return {
        "key": str(stage.get("block") or key),
        "name": stage["name"],
        "way": "in",
        "stages": [stage],
        "leave": _endless(leaving[0]) if leaving else fallback,
        "transitions": others,
    }


def _endless(way: Table) -> Table:
    return {name: value for name, value in way.items() if name not in ("from", "to", "block")}
