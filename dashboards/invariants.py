"""What must always be true of the figures: cell by cell a rebuild's, month by month the ledger's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from common.invariants import invariant
from dashboards.checking import compare, ledger_gaps, months

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


@invariant("I18", "The figures of every month are what the ledger has, by whose money it is")
def rollup_equals_ledger() -> Iterator[str]:
    """Two grouped sums; what an event on its way still brings is counted with the figures."""
    seen = ledger_gaps()
    # Handlers work meanwhile: only what is found twice is told.
    for gap in set(seen) & set(ledger_gaps() if seen else ()):
        yield (
            f"{gap.month:%Y-%m} {gap.whose}: the figures have {gap.kept_fen} fen, "
            f"the ledger {gap.booked_fen} fen"
        )


@invariant("I18", "Every cell of the figures is what a rebuild makes of it, and none was missed")
def cells_equal_rebuild() -> Iterator[str]:
    """Month by month; what an event on its way brings is left out, one by one."""
    for month in months():
        seen = _said(month)
        yield from sorted(seen & (_said(month) if seen else set()))


def _said(month: date) -> set[str]:
    following = (month + timedelta(days=31)).replace(day=1)
    found = compare(month, following - timedelta(days=1))
    off = {
        f"{month:%Y-%m} cell {cell}: kept {kept}, a rebuild makes {right}"
        for cell, (kept, right) in found.off.items()
    }
    return off | {f"{month:%Y-%m}: no event brought {key}" for key in found.missed}
