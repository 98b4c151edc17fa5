"""What a contract takes for an order that is late: a sum for each started step, capped."""

from typing import NamedTuple


class Terms(NamedTuple):
    """Minutes that cost nothing, then fen for each started step of minutes, at most so many fen."""

    free_min: int
    step_min: int
    step_fen: int
    most_fen: int


def penalty_fen(late_min: int, terms: Terms) -> int:
    """Return the penalty of one order in fen; 0 in time."""
    beyond = late_min - terms.free_min
    if beyond <= 0:
        return 0
    steps = -(-beyond // terms.step_min)
    return min(terms.most_fen, steps * terms.step_fen)
