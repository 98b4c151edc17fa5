"""Joins a block to the ways of a flow: where it goes, and what leads into it and out of it."""

from dataclasses import dataclass

from workorders.flow.bodies import (
    Body,
    EditError,
    Table,
    forward_ways,
    only_from,
    position,
    stage_of,
    way_for_all,
    ways_from,
)
from workorders.flow.meaning import Meaning
from workorders.flow.planning import is_planned

BEFORE, NEXT = "@before", "@next"
PROOFS = ("steps_done", "has_photos", "has_signature")


Parting = tuple[Table, tuple[str, ...]]
"""A way, with those of its sources that are meant."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a block goes: `ways` lead over it to `following`; `carried` lead on from it as well.

    The block stands at `at` in the list of stages, behind the stage `behind`. Where orders begin
    there are no ways and `behind` is the stage they began with.
    """

    behind: str
    following: str
    ways: tuple[Parting, ...]
    at: int
    carried: tuple[Parting, ...] = ()
    is_branched: bool = False


def gap_behind(flow: Body, key: str, *, works: bool) -> Gap:
    """Return the gap behind a stage for a block in which work goes on, or for one after it.

    Where some orders go through further stages first it lies behind these, where they come together;
    but work lies before what some go through after the work. EditError when nothing goes on from
    the stage.
    """
    onward = forward_ways(flow, key)
    if not onward:
        raise EditError("nothing_follows", key)
    main = way_for_all(onward)
    following = str(main["to"])
    # Behind a stage on hold the work goes back: the block lies on that way.
    at = min(position(flow, key) + 1, position(flow, following))
    branches = [way for way in onward if way["key"] == main["key"] and way["to"] != following]
    if not branches:
        ways = [main, *(way for way in onward if way is not main)]
        return Gap(key, following, tuple((way, (key,)) for way in ways), at)
    later = [way for way in branches if works and _is_after_work(flow, str(way["to"]))]
    sooner = {str(way["to"]) for way in branches if way not in later}
    apart = _between(flow, sooner, following, past_work=not works)
    found: list[Parting] = [(main, (key,))]
    carried: list[Parting] = []
    for way in flow["transitions"]:
        sources = tuple(source for source in way["from"] if source in apart)
        if way["to"] == following and sources and _is_planned(flow, way):
            found.append((way, sources))
        sources = tuple(source for source in way["from"] if source in apart or source == key)
        if sources and way.get("when") and any(way["to"] == each["to"] for each in later):
            carried.append((way, sources))
    ends = [position(flow, following), *(position(flow, way["to"]) for way, _from in carried)]
    at = max(at, min(ends)) if apart else at
    return Gap(key, following, tuple(found), at, tuple(carried), is_branched=True)


def _is_after_work(flow: Body, key: str) -> bool:
    return Meaning(stage_of(flow, key)["meaning"]).is_after_work


def _between(flow: Body, start: set[str], end: str, *, past_work: bool) -> set[str]:
    """Return the stages from some on that lie before the end, and if not past it before the work's."""
    found, new = set[str](), start
    last = position(flow, end)
    while new:
        new = {
            key
            for key in new - found
            if position(flow, key) < last and (past_work or not _is_after_work(flow, key))
        }
        found |= new
        new = {str(way["to"]) for key in new for way in forward_ways(flow, key)}
    return found


def _is_planned(flow: Body, way: Table) -> bool:
    meaning = stage_of(flow, way["to"])["meaning"]
    return is_planned(meaning, way.get("guards", ()), way.get("effects", ()))


def gap_before(flow: Body, key: str) -> Gap:
    """Return the gap before a stage: all that leads to it from earlier ones goes over it.

    EditError when nothing does and no order begins there.
    """
    here = position(flow, key)
    found = []
    for way in flow["transitions"]:
        earlier = tuple(source for source in way["from"] if position(flow, source) < here)
        if way["to"] == key and earlier and _is_planned(flow, way):
            found.append((way, earlier))
    if found:
        nearest = max(
            (source for _way, sources in found for source in sources),
            key=lambda source: position(flow, source),
        )
        return Gap(nearest, key, tuple(found), here, is_branched=True)
    if flow["initial"] != key:
        raise EditError("nothing_leads", key)
    return Gap(key, key, (), here, is_branched=True)


def link_in(flow: Body, part: Body, gap: Gap, conditions: list[Table]) -> list[Table]:
    """Let what led to the following stage lead to the block's first; under conditions, a copy of it.

    Returns the ways that lead on, that for all last.
    """
    first, last = part["stages"][0], part["stages"][-1]
    if not gap.ways:
        flow["initial"] = first["key"]
    leave: Table = {"key": f"after_{last['key']}"} | part["leave"]
    leave |= {"from": [last["key"]], "to": gap.following}
    for way, sources in gap.ways:
        if way["to"] != gap.following:
            continue
        if conditions:
            own = way | {"from": list(sources), "block": first["block"]}
            own["when"] = [*way.get("when", []), *conditions]
            hiding = [each for each, others in gap.carried if not set(others).isdisjoint(sources)]
            _put_before(flow, [*hiding, way], own)
        else:
            own = only_from(flow, way, *sources)
        own["to"] = first["key"]
        if _works_on(flow, first, gap.following):
            _prove_later(own, leave)
    return [*_carry(flow, gap, leave, keep=bool(conditions)), leave]


def _carry(flow: Body, gap: Gap, leave: Table, *, keep: bool) -> list[Table]:
    """Return the ways that lead some on from the block as they were led before; `keep` those too."""
    found = []
    for way, sources in gap.carried:
        own = leave | {"to": way["to"], "when": way["when"], "block": way.get("block", "")}
        if own not in found:
            found.append(own)
        if not keep:
            way["from"] = [source for source in way["from"] if source not in sources]
    flow["transitions"] = [way for way in flow["transitions"] if way["from"]]
    return found


def _works_on(flow: Body, stage: Table, following: str) -> bool:
    """Whether the work that would have ended goes on in this stage."""
    ended = Meaning(stage_of(flow, following)["meaning"]).is_after_work
    return ended and not Meaning(stage["meaning"]).is_after_work


def prove_too(way: Table, leave: Table) -> Table:
    """Return a block's further way; one that ends the work asks for the proofs `leave` asks for."""
    proofs = [guard for guard in leave.get("guards", ()) if guard in PROOFS]
    have = way.get("guards", ())
    if way["to"] != leave["to"] or not proofs:
        return way
    return way | {"guards": [*have, *(guard for guard in proofs if guard not in have)]}


def _prove_later(way: Table, leave: Table) -> None:
    """What proves the work is asked for where it ends; others do not take it over unproven."""
    proofs = [guard for guard in way.get("guards", ()) if guard in PROOFS]
    have = leave.get("guards", ())
    if proofs:
        leave["guards"] = [*have, *(guard for guard in proofs if guard not in have)]
    if proofs and is_same_people(way, leave):
        way["guards"] = [guard for guard in way["guards"] if guard not in PROOFS]


def is_same_people(way: Table, other: Table) -> bool:
    """Whether somebody may take both ways."""
    return not set(way.get("roles", ())).isdisjoint(other.get("roles", ()))


def goes_out(flow: Body, part: Body, gap: Gap) -> bool:
    """Whether the block is one more step of the same people's work, with all ways on behind it.

    Where an answer decides which way leads on, it has to be decided before the block.
    """
    if part["way"] != "out" or gap.is_branched:
        return False
    onward = gap.ways[0][0]
    same_key = [way for way in ways_from(flow, gap.behind) if way["key"] == onward["key"]]
    return len(same_key) == 1 and is_same_people(onward, part["enter"])


def link_out(flow: Body, part: Body, gap: Gap, conditions: list[Table]) -> list[Table]:
    """Let all that led forward lead out of the block's last stage; return the way that leads in.

    Under conditions there is one for each that led forward, put before it: [] is returned.
    """
    first, last = part["stages"][0], str(part["stages"][-1]["key"])
    # Nobody works on what was given to nobody: that is asked at once, all else on the way out.
    kept = [guard for guard in ("has_installer",) if _is_asked(guard, gap)]
    guards = {"guards": [*part["enter"].get("guards", ()), *kept]} if kept else {}
    enter = part["enter"] | guards | {"from": [gap.behind], "to": first["key"]}
    if not conditions:
        for way, _sources in gap.ways:
            swap_source(way, gap.behind, last)
        return [{"key": f"to_{first['key']}"} | enter]
    for way, _sources in gap.ways:
        own = enter | {"key": way["key"], "block": first["block"]}
        _put_before(flow, [way], own | {"when": [*way.get("when", []), *conditions]})
        way["from"].append(last)
    return []


def _is_asked(guard: str, gap: Gap) -> bool:
    return any(guard in way.get("guards", ()) for way, _sources in gap.ways)


def swap_source(way: Table, old: str, *new: str) -> None:
    """Let a way start in other stages instead of one; its other sources keep it."""
    swapped = [each for source in way["from"] for each in (new if source == old else (source,))]
    way["from"] = list(dict.fromkeys(swapped))


def _put_before(flow: Body, ways: list[Table], new: Table) -> None:
    at = min(at for at, each in enumerate(flow["transitions"]) if any(each is way for way in ways))
    flow["transitions"].insert(at, new)
