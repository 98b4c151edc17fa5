"""Reads the library's blocks: stages to put into a flow, with their ways, forms and triggers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workorders.flow.inserting import insert_block
from workorders.flow.reading import FlowError, read_flow


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the library; `body` is what `insert_block` takes."""

    key: str
    name: str
    group: str
    summary: str
    after: str
    before: str
    body: Mapping[str, Any]


def read_block(body: Mapping[str, Any], host: Mapping[str, Any]) -> Block:
    """Read a block and try it in a host flow, behind its own anchor.

    Shape: key, name, group, summary and what `inserting` says of a block.
    Raises FlowError with everything that is wrong with the block.
    """
    errors = [
        (key, "must be a text") for key in ("key", "name", "group", "summary")
        if not str(body.get(key, "")).strip()
    ]  # fmt: skip
    errors += _wrong_place(body) + _wrong_ends(body)
    if errors:
        raise FlowError(errors)
    read_flow(insert_block(host, _part(body)))
    return Block(
        key=str(body["key"]),
        name=str(body["name"]),
        group=str(body["group"]),
        summary=str(body["summary"]),
        after=str(body.get("after", "")),
        before=str(body.get("before", "")),
        body=_part(body),
    )


def _part(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in body.items() if key not in ("group", "summary", "host")}


def _wrong_place(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    places = [key for key in ("after", "before") if str(body.get(key, "")).strip()]
    if len(places) != 1:
        return [("after", "a block stands after a stage or before one")]
    if places == ["before"] and not body.get("stages"):
        return [("before", "what only adds to a stage stands after it")]
    return []


def _wrong_ends(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    if not body.get("stages"):
        has_more = any(body.get(key) for key in ("tasks", "triggers", "form"))
        return [] if has_more else [("stages", "a block brings stages, tasks or triggers")]
    wrong = []
    if body.get("way", "in") not in ("in", "out"):
        wrong.append(("way", 'must be "in" or "out"'))
    needed = ("enter", "leave") if body.get("way") == "out" else ("leave",)
    for end in needed:
        way = body.get(end)
        if not isinstance(way, Mapping) or not way.get("name") or not way.get("roles"):
            wrong.append((end, "needs a name and roles"))
    return wrong
