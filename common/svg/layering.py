"""Where the nodes of a layered picture stand: rows along the main line, a lane beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Spot:
    """A node's place: `row` from above, `column` from the left; in the lane when `aside`."""

    row: int
    column: int
    aside: bool = False


def layered(keys: Sequence[str], main: Iterable[Pair], side: Iterable[Pair]) -> dict[str, Spot]:
    """Return the place of each key.

    `main` are the pairs (from, to) of the line, of which those against the order of `keys` are
    ignored: a node stands a row below the lowest of those that lead to it. What no such pair
    reaches, beside the first, stands in the lane, near what leads there by `side`.
    """
    at = {key: number for number, key in enumerate(keys)}
    forward = [(a, b) for a, b in main if a in at and b in at and at[a] < at[b]]
    row = _rows(keys, forward)
    found: dict[str, Spot] = {}
    used: dict[int, int] = {}
    for key in keys:
        if key in row:
            found[key] = Spot(row[key], used.get(row[key], 0))
            used[row[key]] = used.get(row[key], 0) + 1
    pairs = list(side)
    free = 0
    for key in keys:
        if key not in row:
            near = [row[a] for a, b in pairs if b == key and a in row]
            free = max(free, min(near, default=free))
            found[key] = Spot(free, 0, aside=True)
            free += 1
    return found


def _rows(keys: Sequence[str], forward: Sequence[Pair]) -> Mapping[str, int]:
    """Rows by the longest way from the first key; keys nothing leads to have none."""
    row = {keys[0]: 0} if keys else {}
    for key in keys:
        above = [row[a] for a, b in forward if b == key and a in row]
        if above:
            row[key] = max(above) + 1
    return row
