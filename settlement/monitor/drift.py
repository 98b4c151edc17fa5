"""Whether a row fires at another rate than foreseen: two shares compared, in whole numbers."""

from __future__ import annotations

from typing import NamedTuple

DEVIATIONS = 4
"""Standard errors apart: chance alone would raise one alarm in about 16,000 rows looked at."""
LEAST_ORDERS = 30
LEAST_HITS = 5
"""Below it on both sides the test's approximation is poor."""
LEAST_SHIFT_BP = 2_000
"""The rate must also differ by a fifth of what was foreseen: what is certain may still not matter."""


class Rate(NamedTuple):
    """A row fired in so many of so many orders."""

    hits: int
    orders: int

    @property
    def bp(self) -> int | None:
        """The rate in basis points, rounded; None without orders."""
        if not self.orders:
            return None
        return (self.hits * 20_000 + self.orders) // (2 * self.orders)


def has_drifted(seen: Rate, foreseen: Rate) -> bool:
    """Whether two rates are further apart than chance explains, and far enough to matter.

    The two-proportion test with the pooled rate p = (k + h) / (n + N), as any textbook of
    statistics has it: z² = (k/n − h/N)² / (p (1 − p) (1/n + 1/N)), multiplied out so that no
    fraction is rounded. With fewer than 30 orders on either side, or fewer than 5 hits both seen
    and to be expected, nothing is said.
    """
    (k, n), (h, total) = seen, foreseen
    if min(n, total) < LEAST_ORDERS or (k < LEAST_HITS and h * n < LEAST_HITS * total):
        return False
    apart = abs(k * total - h * n)
    if apart * 10_000 < LEAST_SHIFT_BP * h * n:
        return False
    spread = n * total * (k + h) * (n + total - k - h)
    return spread > 0 and apart * apart * (n + total) >= DEVIATIONS**2 * spread
