"""Two people at one draft: what each changed of the same part, place by place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from settlement.engine.paths import ORDER, changes, join, reordered, split, value_at


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
