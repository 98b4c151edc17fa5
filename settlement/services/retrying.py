"""Tries again to settle what could not be settled when it was completed."""

from __future__ import annotations

from settlement.models import SettlementProblem
from settlement.services.settling import settle_work_order

AT_ONCE = 500


def retry_problems(*, limit: int = AT_ONCE) -> int:
    """Settle the orders with a problem, oldest first; return how many are settled now."""
    waiting = SettlementProblem.objects.order_by("noted_at", "pk")[:limit]
    orders = [problem.work_order_id for problem in waiting]
    return sum(settle_work_order(order_id=order_id) is not None for order_id in orders)
