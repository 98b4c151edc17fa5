"""Holds a computed amount within bounds, and to what stronger lines have not given yet."""

from collections.abc import Callable, Mapping
from typing import Any

Because = Mapping[str, Any]
Adjust = Callable[[int, Because, list[int]], tuple[int, Because]]


def adjusted(bounds: Mapping[str, int], over: list[int]) -> Adjust:
    """Return how a computed amount is bounded, then reduced by what stronger lines already gave."""
    least, most = bounds.get("at_least_fen"), bounds.get("at_most_fen")

    def adjust(amount: int, because: Because, amounts: list[int]) -> tuple[int, Because]:
        amount = amount if least is None else max(amount, least)
        amount = amount if most is None else min(amount, most)
        if not over:
            return amount, {**because, **bounds}
        given = sum([amounts[slot] for slot in over])
        return max(0, amount - given), {**because, **bounds, "over_fen": given}

    return adjust
