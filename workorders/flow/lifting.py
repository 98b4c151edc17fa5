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
    way_for_all,
)
from workorders.flow.inserting import insert_block
from workorders.flow.linking import BEFORE, NEXT, PROOFS, swap_source
from workorders.flow.meaning import Meaning


def remove_stage(body: Mapping[str, Any], key: str) -> Body:
    """Return the body without a stage: what led to it leads on to where it led.

    Raises EditError for a flow's own first stage and for one behind which nothing goes on.
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
    stage = stage_of(flow, key)
    onward = forward_ways(flow, key)
    if not onward:
        raise EditError("nothing_follows", key)
    main = way_for_all(onward)
    following = str(main["to"])
    if flow.get("initial") == key:
        _begin_at(flow, stage, {str(way["to"]) for way in onward})
    own = _own_ways(flow, stage)
    entering = [way for way in own if way["to"] == key and key not in way["from"]]
    before = str(entering[0]["from"][0]) if entering else _stage_before(flow, key)
    lifted = _as_block(stage, own or onward, before, following)
    lifted["triggers"] = [each for each in flow["triggers"] if each.get("stage") == key]
    flow["triggers"] = [each for each in flow["triggers"] if each.get("stage") != key]
    others = [way for way in onward if way not in own]
    if entering:
        lifted |= _entered_by(entering, is_out=bool(others))
        # A way for some leads on, if only to what is open to all; the way for all is not needed.
        own = [way for way in own if way not in entering or not way.get("when")]
    entered_from = [source for way in entering if way in own for source in way["from"]]
    for way in others if entered_from else []:
        _ask_no_more(way)
        swap_source(way, key, *entered_from)
    asked = _asked_on(main, own)
    # A way that later blocks lead on by as well is theirs from now on.
    gone = [way for way in own if way["to"] == key or way["from"] == [key]]
    flow["transitions"] = [way for way in flow["transitions"] if way not in gone]
    coming = [way for way in flow["transitions"] if way["to"] == key]
    earlier = {*entered_from, *(source for way in coming for source in way["from"])} - {key}
    for way in coming:
        _branch_before(flow, way, [other for other in others if other["to"] != following])
        _lead_past(flow, way, following, asked)
    for way in flow["transitions"]:
        way["from"] = [source for source in way["from"] if source != key]
    flow["transitions"] = [way for way in flow["transitions"] if way["from"]]
    flow["stages"] = [each for each in flow["stages"] if each["key"] != key]
    for source in sorted(earlier):
        ask_for_parts(flow, source)
    return flow, lifted


def _begin_at(flow: Body, stage: Table, following: set[str]) -> None:
    """Let orders begin in the one stage behind one that a block put before it."""
    first = next(iter(following))
    may_begin = len(following) == 1 and Meaning(stage_of(flow, first)["meaning"]).may_begin
    if not stage.get("block") or not may_begin:
        raise EditError("first_stage", str(stage["key"]))
    flow["initial"] = first


def _branch_before(flow: Body, way: Table, branches: list[Table]) -> None:
    """Let those whom a branch led elsewhere from the stage that goes be led there by this way."""
    at = next(at for at, each in enumerate(flow["transitions"]) if each is way)
    for branch in branches:
        if not branch.get("when") or _is_led_there(flow, way, branch):
            continue
        when = [*way.get("when", []), *branch["when"]]
        copied = way | {"to": branch["to"], "when": when, "from": list(way["from"])}
        flow["transitions"].insert(at, copied | {"block": branch.get("block", "")})


def _is_led_there(flow: Body, way: Table, branch: Table) -> bool:
    """Whether orders are led from where a way starts to where a branch leads, passing its stage by."""
    return any(
        each["key"] == way["key"] and each["to"] == branch["to"]
        and not set(each["from"]).isdisjoint(way["from"])
        for each in flow["transitions"]
    )  # fmt: skip


def _asked_on(onward: Table, own: list[Table]) -> list[str]:
    """Return what the way on asks for that is not asked for before; of a block's way only proofs."""
    guards: list[str] = onward.get("guards", [])
    if onward in own:
        return [guard for guard in guards if guard in PROOFS]
    return [] if own else guards


def _entered_by(ways: list[Table], *, is_out: bool) -> Body:
    """Return the part of a block that says how it is entered, and by whom if not by all."""
    when = min((way.get("when", []) for way in ways), key=len)
    enter = {name: value for name, value in _endless(ways[0]).items() if name != "when"}
    found: Body = {"way": "out", "enter": enter} if is_out else {}
    return found | ({"when": when} if when else {})


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
