"""The one function that rounds money, and the two that divide it."""

from collections.abc import Sequence


def share_fen(base_fen: int, num: int, den: int) -> int:
    """Return base * num / den in whole fen, half away from zero (四舍五入); den must be positive."""
    n = base_fen * num
    if n >= 0:
        return (2 * n + den) // (2 * den)
    # The sign stays outside: // rounds towards minus infinity and would favour one side on reversals.
    return -((den - 2 * n) // (2 * den))


def cut_fen(amount_fen: int, start: int, end: int, whole: int) -> int:
    """Return the piece between two places of an amount; pieces that meet sum to all of it exactly.

    Unlike `allocate` a piece stays the same when another one is cut further.
    """
    return share_fen(amount_fen, end, whole) - share_fen(amount_fen, start, whole)


def allocate(amount_fen: int, weights: Sequence[int]) -> list[int]:
    """Hand out the whole amount by weights: largest remainder on |amount|, ties in given order.

    Weights are non-negative integers with a positive sum; the result sums to amount_fen exactly.
    Raises ValueError for weights nothing can be divided by.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and have a positive sum")
    size = missing = abs(amount_fen)
    shares: list[int] = []
    remainders: list[int] = []
    for weight in weights:
        exact = size * weight
        share = exact // whole
        shares.append(share)
        remainders.append(exact - share * whole)
        missing -= share
    if missing:
        # sorted() is stable even in reverse, so equal remainders keep the declared order.
        order = sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)
        for i in order[:missing]:
            shares[i] += 1
    return shares if amount_fen >= 0 else [-share for share in shares]
