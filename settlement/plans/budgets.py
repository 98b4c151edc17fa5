"""The budgets that count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from network.selectors import managed_regions
from settlement.models import RegionBudget

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


def budgets_of(*, actor: User, months: list[date]) -> list[RegionBudget]:
    """Return the budgets of some months in regions the actor answers for, the widest regions first.

    Of a region and month the last row counts; one of 0 fen is none.
    """
    found = RegionBudget.objects.filter(month__in=months).select_related("region", "set_by")
    if not actor.sees_everything:
        found = found.filter(region__in=managed_regions(actor=actor).order_by().values("pk"))
    last = {(row.region_id, row.month): row for row in found.order_by("pk")}
    kept = [row for row in last.values() if row.amount_fen]
    return sorted(kept, key=lambda row: (row.month, row.region.path))
