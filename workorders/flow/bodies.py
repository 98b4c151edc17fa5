"""A flow's body while it is edited: plain tables in which stages and ways are found by key."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workorders.flow.meaning import Meaning
from workorders.flow.planning import is_planned

Body = dict[str, Any]
Table = dict[str, Any]


class EditError(ValueError):
    """An edit that cannot be made; `code` is of EDIT_ERRORS, `where` the key it is about."""

    def __init__(self, code: str, where: str) -> None:
        self.code, self.where = code, where
        super().__init__(f"{code}: {where}")


def normal(body: Mapping[str, Any]) -> Body:
    """Return a copy that may be changed: every list is there, every way's `from` is a list."""
    copied: Body = copied_body(body)
    for key in ("stages", "transitions", "forms", "triggers"):
        copied.setdefault(key, [])
    for way in copied["transitions"]:
        if isinstance(way.get("from"), str):
            way["from"] = [way["from"]]
    return copied


def copied_body(table: Mapping[str, Any]) -> Body:
    """Return a copy of a body, or of a table in one: it holds tables, lists and plain values."""
    return {key: _copied(value) for key, value in table.items()}


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return copied_body(value)
    return [_copied(each) for each in value] if isinstance(value, list | tuple) else value


def stage_of(body: Body, key: str) -> Table:
    """Return the stage of a key; EditError when there is none."""
    for stage in body["stages"]:
        if stage["key"] == key:
            return dict_of(stage)
    raise EditError("no_stage", key)


def dict_of(table: Any) -> Table:
    """The table as it is; a body holds nothing but tables in its lists."""
    found: Table = table
    return found


def position(body: Body, key: str) -> int:
    """Return the place of a stage in the list; EditError when there is none."""
    for at, stage in enumerate(body["stages"]):
        if stage["key"] == key:
            return at
    raise EditError("no_stage", key)


def place(body: Body, anchor: str) -> str:
    """Return the stage an anchor names: its key, or "first|last MEANING [ROLE]".

    Of the latter those that all orders pass go before those only some do. EditError when the flow
    has no such stage.
    """
    which, *rest = anchor.split(" ")
    if which not in ("first", "last") or not rest:
        return str(stage_of(body, anchor)["key"])
    found = [
        str(stage["key"])
        for stage in body["stages"]
        if stage["meaning"] == rest[0]
        and stage.get("role", "") in (rest[1:] or [stage.get("role", "")])
    ]
    if not found:
        raise EditError("no_stage", anchor)
    passed = _not_for_all(body)
    found = [key for key in found if key not in passed] or found
    return found[0] if which == "first" else found[-1]


def _not_for_all(body: Body) -> set[str]:
    """Return the stages to which no way leads that asks for no conditions, nor from one it does."""
    reached, new = set[str](), {str(body["initial"])}
    while new:
        reached |= new
        ways = [way for way in body["transitions"] if not way.get("when")]
        new = {str(way["to"]) for way in ways if not reached.isdisjoint(way["from"])} - reached
    return set(keys_of(body["stages"])) - reached


def ways_from(body: Body, key: str) -> list[Table]:
    """Return the ways that start in a stage."""
    return [way for way in body["transitions"] if key in way["from"]]


def forward_ways(body: Body, key: str) -> list[Table]:
    """Return the ways out of a stage that go to plan: on to a later stage, the nearest first.

    Out of a stage on hold every way back to work does. Ends of an empty trip are no plan.
    """
    here = stage_of(body, key)
    is_on_hold = here["meaning"] == Meaning.ON_HOLD.value
    at = {stage["key"]: number for number, stage in enumerate(body["stages"])}
    found = [
        way
        for way in ways_from(body, key)
        if way["to"] != key
        and is_planned(
            stage_of(body, way["to"])["meaning"], way.get("guards", ()), way.get("effects", ())
        )
        and (is_on_hold or at[way["to"]] > at[key])
    ]
    return sorted(found, key=lambda way: at[way["to"]])


def way_for_all(ways: list[Table]) -> Table:
    """Return the first of these ways that asks for no conditions, else the first."""
    return next((way for way in ways if not way.get("when")), ways[0])


def free_key(wanted: str, taken: Iterable[str]) -> str:
    """Return the key, with a number behind it when it is taken; at most 30 characters."""
    known = set(taken)
    if wanted not in known:
        return wanted
    numbered = (f"{wanted[: 29 - len(str(n))]}_{n}" for n in range(2, 10_000))
    return next(key for key in numbered if key not in known)


def keys_of(tables: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Return the keys of a list of tables."""
    return (str(table["key"]) for table in tables)


def ask_for_parts(body: Body, key: str) -> None:
    """Let whoever goes on from a stage have filled in its form and finished its tasks, if it has any."""
    stage = stage_of(body, key)
    wanted = [("form_done", stage.get("form")), ("tasks_done", stage.get("tasks"))]
    for way in forward_ways(body, key):
        kept = [guard for guard in way.get("guards", []) if guard not in dict(wanted)]
        guards = [*kept, *(guard for guard, is_there in wanted if is_there)]
        if guards != way.get("guards", []):
            only_from(body, way, key)["guards"] = guards


def only_from(body: Body, way: Table, *sources: str) -> Table:
    """Return a way that starts in these stages alone: its other sources keep it as it is."""
    rest = [each for each in way["from"] if each not in sources]
    if not rest:
        return way
    way["from"] = rest
    alone = way | {"from": list(sources)}
    body["transitions"].insert(body["transitions"].index(way) + 1, alone)
    return alone
