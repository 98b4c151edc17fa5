"""How far suggestions raise a price, and within how long (decision 15); plain Python."""

from __future__ import annotations

from datetime import date, timedelta

PERIOD_DAYS = 90
MOST_RAISE_BP = 2_000
WHOLE_BP = 10_000
WHOLE_YUAN = 100


def period_start(on: date) -> date:
    """Return the first day of the period that ends on a day."""
    return on - timedelta(days=PERIOD_DAYS)


def highest_fen(start_fen: int) -> int:
    """Return the most a price may be raised to within the period, in whole yuan; fen."""
    return start_fen * (WHOLE_BP + MOST_RAISE_BP) // WHOLE_BP // WHOLE_YUAN * WHOLE_YUAN
