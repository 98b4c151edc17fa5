"""A stored line's rate and reason as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from common.formatting import NO_VALUE
from settlement.engine.words import decimal, measured, percent

if TYPE_CHECKING:
    from django.utils.functional import Promise

ENTRY_KINDS: dict[str, Promise] = {
    "settlement": gettext_lazy("Earned and available at once"),
    "release": gettext_lazy("Released"),
    "retention": gettext_lazy("Held until its day"),
    "dispute": gettext_lazy("Upheld dispute"),
    "dispute_hold": gettext_lazy("Held back for a dispute"),
    "dispute_return": gettext_lazy("Given back after a dispute"),
    "volume": gettext_lazy("Bonus of the period"),
    "allowance": gettext_lazy("Allowance"),
    "difference": gettext_lazy("Correction"),
    "adjustment": gettext_lazy("Adjustment"),
    "bill": gettext_lazy("Difference with a platform's bill"),
    "reversal": gettext_lazy("Taken back"),
    "payout": gettext_lazy("On its way to the bank"),
    "payout-paid": gettext_lazy("Paid"),
    "payout-failed": gettext_lazy("Came back from the bank"),
    "payout-returned": gettext_lazy("Came back from the bank after it was paid"),
}
"""Kinds of journal entries as a payee reads them, in the order a statement shows them."""

_COUNTED = {"per_unit", "materials"}
_COUNTED_WITHOUT_BASE = {"steps", "brackets", "window", "period"}


def entry_words(kind: str) -> Promise | str:
    """Return what a kind of journal entry is called; an unknown one by its own name."""
    return ENTRY_KINDS.get(kind, kind)


def rate_words(because: Mapping[str, Any], num: int | None, den: int | None) -> str:
    """Return the rate as a percentage, a count or a factor; "—" for a flat amount."""
    if num is None or not den:
        return NO_VALUE
    how = str(because.get("how", ""))
    if how in _COUNTED and because.get("fact") == "distance_m":
        return f"× {measured('distance_m', num)}"
    is_count = how in _COUNTED_WITHOUT_BASE and not because.get("of")
    if is_count or how in _COUNTED or how == "price":
        return f"× {_ratio(num, den)}"
    return percent(num, 10_000 if because.get("way") == "extracted" else den)


def _ratio(num: int, den: int) -> str:
    return decimal(num, den) if str(den).strip("0") == "1" else f"{num}/{den}"
