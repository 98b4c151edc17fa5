"""Puts a block of stages into a flow.

A block is a table {key, name, way, after, stages[], enter?, leave, transitions[]?, forms[]?,
triggers[]?, tasks[]?, form?}. `enter` and `leave` are ways without ends: into the first stage, out of
the last. With `way = "in"` what led forward leads into the block now, as into another department,
and `leave` leads on. With "out" `enter` leads in and what led forward leads out of the last stage, as
after one more step of the same work; where other people's ways led forward, it is put in as "in".
Further ways may lead "@before" (the stage it stands behind), "@next" (where that led) or to anchors.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from workorders.flow.bodies import (
    Body,
    EditError,
    Table,
    ask_for_parts,
    forward_ways,
    free_key,
    keys_of,
    normal,
    only_from,
    place,
    position,
    stage_of,
)
from workorders.flow.meaning import Meaning

BEFORE, NEXT = "@before", "@next"


def insert_block(body: Mapping[str, Any], block: Mapping[str, Any], after: str = "") -> Body:
    """Return the body with a block behind a stage (an anchor; the block's own when left out).

    Keys that are taken get a number. Raises EditError for an unknown anchor, or one behind which
    nothing goes on.
    """
    flow = normal(body)
    before = place(flow, after or str(block.get("after", "")))
    onward = forward_ways(flow, before)
    if not onward:
        raise EditError("nothing_follows", before)
    part = _renamed(flow, block)
    flow["forms"] += part["forms"]
    if part["stages"]:
        _link(flow, part, before, str(onward[0]["to"]))
    _load(stage_of(flow, before), part)
    flow["triggers"] += _placed(part["triggers"], before)
    for key in (before, *keys_of(part["stages"])):
        ask_for_parts(flow, key)
    return flow


def _link(flow: Body, part: Body, before: str, following: str) -> None:
    first, last = str(part["stages"][0]["key"]), str(part["stages"][-1]["key"])
    forward = forward_ways(flow, before)
    ends = {BEFORE: before, NEXT: following}
    own = [_ended(flow, way, ends) for way in part["transitions"]]
    if part["way"] == "out" and _same_people(forward[0], part["enter"]):
        for way in forward:
            swap_source(way, before, last)
        own.insert(0, {"key": f"to_{first}"} | part["enter"] | {"from": [before], "to": first})
    else:
        for way in [way for way in forward if way["to"] == following]:
            only_from(flow, way, before)["to"] = first
        own.append({"key": f"after_{last}"} | part["leave"] | {"from": [last], "to": following})
    # Behind a stage on hold the work goes back: the block lies on that way.
    at = min(position(flow, before) + 1, position(flow, following))
    flow["stages"][at:at] = part["stages"]
    flow["transitions"] += [way | {"block": part["stages"][0]["block"]} for way in own]
    for stage in part["stages"]:
        _share_side_ways(flow, stage, before)


def _same_people(way: Table, other: Table) -> bool:
    return not set(way.get("roles", ())).isdisjoint(other.get("roles", ()))


def swap_source(way: Table, old: str, new: str) -> None:
    """Let a way start in another stage; its other sources keep it."""
    way["from"] = [new if source == old else source for source in way["from"]]


def _share_side_ways(flow: Body, stage: Table, before: str) -> None:
    """A new stage can be left aside as the nearest stage of its meaning can, at least cancelled."""
    key = stage["key"]
    model = _nearest_like(flow, stage, before)
    planned = [id(way) for way in forward_ways(flow, model)] if model else []
    taken = {way["key"] for way in flow["transitions"] if key in way["from"]}
    for way in flow["transitions"]:
        to_cancelled = stage_of(flow, way["to"])["meaning"] == Meaning.CANCELLED.value
        aside = model in way["from"] and id(way) not in planned and way["to"] not in (model, key)
        if (aside if model else to_cancelled) and way["key"] not in taken:
            taken.add(way["key"])
            way["from"].append(key)


def _nearest_like(flow: Body, stage: Table, before: str) -> str:
    at = position(flow, before)
    like = [
        (abs(number - at), str(each["key"]))
        for number, each in enumerate(flow["stages"])
        if each["meaning"] == stage["meaning"] and not each.get("block")
    ]
    return min(like)[1] if like else ""


def _renamed(flow: Body, block: Mapping[str, Any]) -> Body:
    """Return a copy of the block whose keys are free in the flow, all of it named as the block's."""
    part = normal(block)
    part.setdefault("way", "in")
    part.setdefault("tasks", [])
    part["enter"], part["leave"] = dict(part.get("enter", {})), dict(part.get("leave", {}))
    name = free_key(str(part["key"]), {str(stage.get("block", "")) for stage in flow["stages"]})
    stages = _fresh(part["stages"], keys_of(flow["stages"]))
    forms = _fresh(part["forms"], keys_of(flow["forms"]))
    _fresh(part["triggers"], keys_of(flow["triggers"]))
    ways = [*part["transitions"], *(part[end] for end in ("enter", "leave") if "key" in part[end])]
    _fresh(ways, keys_of(flow["transitions"]))
    part["form"] = forms.get(str(part.get("form", "")), "")
    for stage in part["stages"]:
        stage["block"] = name
        _rename_forms([stage, *stage.get("tasks", ())], forms)
    _rename_forms(part["tasks"], forms)
    for way in part["transitions"]:
        way["from"] = [stages.get(source, source) for source in way["from"]]
        way["to"] = stages.get(way["to"], way["to"])
    for trigger in part["triggers"]:
        trigger["stage"] = stages.get(trigger.get("stage", ""), trigger.get("stage", ""))
    return part


def _fresh(tables: Iterable[Table], taken: Iterable[str]) -> dict[str, str]:
    """Give tables keys that are free; tables with one key keep one. Returns old → new."""
    known = set(taken)
    renamed: dict[str, str] = {}
    for table in tables:
        old = str(table["key"])
        renamed.setdefault(old, free_key(old, known))
        table["key"] = renamed[old]
    return renamed


def _rename_forms(tables: Iterable[Table], forms: Mapping[str, str]) -> None:
    for table in tables:
        if table.get("form"):
            table["form"] = forms.get(table["form"], table["form"])


def _ended(flow: Body, way: Table, ends: Mapping[str, str]) -> Table:
    target = ends.get(way["to"], way["to"])
    is_anchor = target.startswith(("first ", "last "))
    return way | {
        "from": [ends.get(source, source) for source in way["from"]],
        "to": place(flow, target) if is_anchor else target,
    }


def _placed(triggers: list[Table], before: str) -> list[Table]:
    return [
        trigger | {"stage": before} if trigger.get("stage") == BEFORE else trigger
        for trigger in triggers
    ]


def _load(stage: Table, part: Body) -> None:
    """Give the stage before a block the tasks and the form that the block brings for it."""
    if part["tasks"]:
        have = stage.setdefault("tasks", [])
        _fresh(part["tasks"], keys_of(have))
        have += part["tasks"]
    if part["form"] and not stage.get("form"):
        stage["form"] = part["form"]
