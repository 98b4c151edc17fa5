"""Two people at one draft: what each changed of the same part, place by place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from settlement.engine.paths import ORDER, applied, changes, join, reordered, split, value_at
from settlement.rulebook.renames import NAME, Rename, names_in, rename_at, rename_in, renamed


class Difference(NamedTuple):
    """A place both, or one of two, changed in a part: before, theirs, mine.

    `clash` is False where only one of them touched it, so that both can stay.
    """

    path: str
    was: Any
    theirs: Any
    mine: Any

    @property
    def clash(self) -> bool:
        """Whether both changed the place, each to something else."""
        return self.theirs != self.mine and self.was not in (self.theirs, self.mine)

    @property
    def take_mine(self) -> bool:
        """What is proposed: the only change there is, and mine where they clash."""
        return bool(self.mine != self.was)


def part_of(path: str) -> str:
    """Return the part a path belongs to: one component, table, grid or sum, or the top."""
    steps = split(path)
    depth = 2 if steps[0] in ("components", "tables", "grids", "sums", "places", "period") else 1
    return join(steps[:depth])


def compare(
    seen: Mapping[str, Any], current: Mapping[str, Any], mine: Mapping[str, Any]
) -> list[Difference]:
    """Return what stands against writing mine over current, both made from seen; nothing: write.

    A part that only one side touched is no conflict.
    """
    theirs, own = changes(seen, current), changes(seen, mine)
    shared = {part_of(path) for path in theirs} & {part_of(path) for path in own}
    for path in [each for each in shared if each.endswith(f"/{ORDER}")]:
        # What only came or went keeps its neighbours; two new orders cannot both hold.
        if not (reordered(*theirs[path]) or reordered(*own[path])):
            shared.discard(path)
    if not shared:
        return []
    places = {path for path in (*theirs, *own) if part_of(path) in shared}
    # Where one side took away or added what the other changed inside, the outer place is compared.
    outer = [p for p in sorted(places) if not any(p.startswith(f"{o}/") for o in places if o != p)]
    found = [
        Difference(path, value_at(seen, path), value_at(current, path), value_at(mine, path))
        for path in outer
    ]
    return found if any(each.theirs != each.mine for each in found) else []


class Merge(NamedTuple):
    """Mine over what others made of the same body: what to write, or what stands against it.

    Renames of both sides are made on every body first, so that what the other one edited goes on
    under the new name. `own` are all of my changes there, by path, the new name among them.
    """

    written: dict[str, Any]
    differences: list[Difference]
    own: dict[str, Any]


def merge(
    seen: Mapping[str, Any],
    current: Mapping[str, Any],
    mine: Mapping[str, Any],
    theirs: Sequence[Rename],
) -> Merge:
    """Write mine over current, both made from seen; `theirs` are the renames that led to current."""
    base, own, now = dict(seen), dict(mine), dict(current)
    for each in theirs:
        if each.new not in names_in(own, each.section):
            base, own = renamed(base, each), renamed(own, each)
    rename = rename_in(changes(base, own))
    if rename and (
        rename.old not in names_in(now, rename.section)
        or rename.new in names_in(now, rename.section)
    ):
        rename = None
    if rename:
        base, now = renamed(base, rename), renamed(now, rename)
    found = compare(base, now, own)
    made = {path: change.now for path, change in changes(base, own).items()}
    if rename:
        was = _first_name(rename, theirs)
        if found or was != rename.old:
            found = [Difference(rename.path, was, rename.old, rename.new), *found]
        made[rename.path] = rename.new
    written = applied(now, {path: value for path, value in made.items() if not _is_name(path)})
    return Merge(written, found, made)


def resolved(
    current: Mapping[str, Any], own: Mapping[str, Any], dropped: Collection[str]
) -> dict[str, Any]:
    """Return current with my changes (`Merge.own`) but those at the dropped places.

    Where the new name is dropped the rest is written all the same, under the old one.
    """
    renames = [each for path, new in own.items() if (each := rename_at(path, new))]
    body = dict(current)
    for each in renames:
        body = renamed(body, each)
    body = applied(
        body, {p: value for p, value in own.items() if p not in dropped and not _is_name(p)}
    )
    for each in renames:
        if each.path in dropped:
            body = renamed(body, each.back)
    return body


def _first_name(rename: Rename, theirs: Sequence[Rename]) -> str:
    """The name a part had before anybody changed it."""
    name = rename.old
    for each in reversed(theirs):
        if (each.section, each.new) == (rename.section, name):
            name = each.old
    return name


def _is_name(path: str) -> bool:
    return split(path)[-1] == NAME
