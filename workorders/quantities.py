"""Quantities in thousandths as people write them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation


def milli_text(milli: int) -> str:
    """Return 1500 as "1.5" and 2000 as "2"."""
    whole, rest = divmod(milli, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


def milli_of(typed: str) -> int | None:
    """Return thousandths of a typed quantity with at most three decimals; None when it is none."""
    try:
        exact = Decimal(typed.strip()) * 1000
    except InvalidOperation:
        return None
    return int(exact) if exact.is_finite() and exact == int(exact) and exact >= 0 else None
