"""Which payments of customers pay which payee; plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_RECEIVERS = 50
"""WeChat Pay takes at most so many receivers in one request."""


@dataclass(frozen=True, slots=True)
class Room:
    """What may still be shared out of one payment, in whole fen."""

    fund_id: int
    left_fen: int


def planned(
    wants: Sequence[tuple[int, int]], rooms: Sequence[Room], *, most: int = MOST_RECEIVERS
) -> dict[int, list[tuple[int, int]]]:
    """Return by payee the parts (fund id, fen) that pay it wholly; others are left out.

    `wants` are (payee id, fen) and `rooms` the payments, both in the order they count. A payee is
    paid from the first payment that covers it alone, else from as few of the largest as it takes.
    """
    left = {room.fund_id: room.left_fen for room in rooms}
    places = dict.fromkeys(left, most)
    found: dict[int, list[tuple[int, int]]] = {}
    for payee, fen in wants:
        open_ones = [fund for fund, rest in left.items() if rest > 0 and places[fund] > 0]
        parts = _parts(fen, [(fund, left[fund]) for fund in open_ones])
        if not parts:
            continue
        found[payee] = parts
        for fund, part in parts:
            left[fund] -= part
            places[fund] -= 1
    return found


def _parts(fen: int, rooms: list[tuple[int, int]]) -> list[tuple[int, int]]:
    alone = next((fund for fund, rest in rooms if rest >= fen), None)
    if alone is not None:
        return [(alone, fen)]
    parts: list[tuple[int, int]] = []
    # A stable sort: of equal ones the older goes first.
    for fund, rest in sorted(rooms, key=lambda room: -room[1]):
        part = min(rest, fen)
        parts.append((fund, part))
        fen -= part
        if not fen:
            return parts
    return []
