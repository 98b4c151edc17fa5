"""Puts a block of stages into a flow.

A block is a table {key, name, way, after | before, stages[], enter?, leave, transitions[]?, forms[]?,
triggers[]?, tasks[]?, form?, when?}. `enter` and `leave` are ways without ends: into the first stage,
out of the last. With `way = "in"` what led forward leads into the block now, as into another
department, and `leave` leads on. With "out" `enter` leads in and what led forward leads out of the
last stage, as after one more step of the same work; where other people's ways led forward, it is put
in as "in". A block `before` a stage is met by all who come to that stage from earlier ones, and
before the first stage it is where orders begin.

With `when` only orders that meet these conditions go through the block; the others pass it by.
Further ways may lead "@before" (the stage it stands behind), "@next" (where that led) or to anchors.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from workorders.flow.bodies import (
    Body,
    EditError,
    Table,
    ask_for_parts,
    copied_body,
    forward_ways,
    free_key,
    keys_of,
    normal,
    place,
    stage_of,
    ways_from,
)
from workorders.flow.field_keys import field_keys, free_fields
from workorders.flow.linking import (
    BEFORE,
    NEXT,
    Gap,
    gap_before,
    gap_behind,
    goes_out,
    link_in,
    link_out,
    prove_too,
)
from workorders.flow.meaning import Meaning


def insert_block(
    body: Mapping[str, Any],
    block: Mapping[str, Any],
    after: str = "",
    *,
    before: str = "",
    when: Iterable[Mapping[str, Any]] = (),
) -> Body:
    """Return the body with a block behind a stage, or before one (an anchor; else the block's own).

    Keys that are taken get a number. Raises EditError for an unknown anchor, one behind which
    nothing goes on or to which nothing leads, and where orders begin for conditions and for a stage
    in which they cannot.
    """
    flow = normal(body)
    put_block(flow, block, after, before=before, when=when)
    return flow


def put_block(
    flow: Body,
    block: Mapping[str, Any],
    after: str = "",
    *,
    before: str = "",
    when: Iterable[Mapping[str, Any]] = (),
) -> None:
    """Put a block into a normal body as `insert_block` does; after an error the body is of no use."""
    gap = _gap(flow, block, after, before)
    conditions = [dict(each) for each in when or block.get("when", ())]
    if block.get("stages") and conditions and not gap.ways:
        raise EditError("start_for_all", gap.following)
    part = _renamed(flow, block)
    if part["stages"] and not gap.ways and not Meaning(part["stages"][0]["meaning"]).may_begin:
        raise EditError("cannot_begin", part["stages"][0]["key"])
    flow["forms"] += part["forms"]
    if part["stages"]:
        _link(flow, part, gap, conditions)
    else:
        for table in (*part["tasks"], *part["triggers"]) if conditions else ():
            table["when"] = [*table.get("when", []), *conditions]
    _load(stage_of(flow, gap.behind), part)
    flow["triggers"] += _placed(part["triggers"], gap.behind)
    for key in (gap.behind, *keys_of(part["stages"])):
        ask_for_parts(flow, key)


def _gap(flow: Body, block: Mapping[str, Any], after: str, before: str) -> Gap:
    before = before or ("" if after else str(block.get("before", "")))
    if before:
        return gap_before(flow, place(flow, before))
    stages = block.get("stages", ())
    works = any(not Meaning(stage["meaning"]).is_after_work for stage in stages)
    return gap_behind(flow, place(flow, after or str(block.get("after", ""))), works=works)


def _link(flow: Body, part: Body, gap: Gap, conditions: list[Table]) -> None:
    ends = {BEFORE: gap.behind, NEXT: gap.following}
    own = [_ended(flow, way, ends) for way in part["transitions"]]
    block = part["stages"][0]["block"]
    if goes_out(flow, part, gap):
        own[:0] = link_out(flow, part, gap, conditions)
    else:
        leaving = link_in(flow, part, gap, conditions)
        own = [prove_too(way, leaving[-1]) for way in own] + leaving
    flow["stages"][gap.at : gap.at] = part["stages"]
    for way in own:
        _add_way(flow, {"block": block} | way)
    for stage in part["stages"]:
        _share_side_ways(flow, stage, gap.at)
        _let_book(flow, stage, gap.at)


def _add_way(flow: Body, way: Table) -> None:
    """Add a way; one with conditions goes before one without them that would hide it."""
    hiding = [
        at
        for at, each in enumerate(flow["transitions"])
        if each["key"] == way["key"] and not each.get("when")
        and not set(each["from"]).isdisjoint(way["from"])
    ]  # fmt: skip
    at = hiding[0] if hiding and way.get("when") else len(flow["transitions"])
    flow["transitions"].insert(at, way)


def _share_side_ways(flow: Body, stage: Table, at: int) -> None:
    """A new stage can be left aside as the nearest stage of its meaning can, at least cancelled.

    On hold others have to do something first: what led past them is no way of the new stage.
    """
    key = stage["key"]
    on_hold = stage["meaning"] == Meaning.ON_HOLD.value
    model = "" if on_hold else _nearest_like(flow, stage, at)
    planned = [id(way) for way in forward_ways(flow, model)] if model else []
    cancelling = _cancelling(flow)
    taken = {way["key"] for way in flow["transitions"] if key in way["from"]}
    for way in flow["transitions"]:
        aside = model in way["from"] and id(way) not in planned and way["to"] not in (model, key)
        if (aside if model else way is cancelling) and way["key"] not in taken:
            taken.add(way["key"])
            way["from"].append(key)


def _let_book(flow: Body, stage: Table, at: int) -> None:
    """Where a way waits for an appointment one can be agreed, as in the nearest stage of its meaning."""
    key = str(stage["key"])
    here = [way for way in ways_from(flow, key) if way["to"] != key]
    waits = any("has_appointment" in way.get("guards", ()) for way in here)
    model = _nearest_like(flow, stage, at)
    booking = next((way for way in ways_from(flow, model) if _books(way, model)), None)
    if waits and booking and not any(_books(way, key) for way in ways_from(flow, key)):
        own = {"from": [key], "to": key, "block": stage["block"]}
        flow["transitions"].append(copied_body(booking) | own)


def _books(way: Table, key: str) -> bool:
    return way["to"] == key and "appointment" in way.get("asks", ())


def _cancelling(flow: Body) -> Table | None:
    """Return the way most stages are cancelled by; None where none is."""
    cancelled = {
        stage["key"] for stage in flow["stages"] if stage["meaning"] == Meaning.CANCELLED.value
    }
    ways = [way for way in flow["transitions"] if way["to"] in cancelled]
    return max(ways, key=lambda way: len(way["from"]), default=None)


def _nearest_like(flow: Body, stage: Table, at: int) -> str:
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
    free_fields(part, field_keys(flow["forms"]))
    _number_names(part["forms"], {str(form["name"]) for form in flow["forms"]})
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


def _number_names(forms: Iterable[Table], taken: set[str]) -> None:
    """Give forms names that are free: pictures are told apart by their form's name."""
    for form in forms:
        name, n = str(form["name"]), 1
        while form["name"] in taken:
            n += 1
            form["name"] = f"{name} {n}"
        taken.add(form["name"])


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
