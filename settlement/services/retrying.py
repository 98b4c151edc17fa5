"""Tries again to settle what could not be settled when it was completed."""

from __future__ import annotations

import logging

from settlement.models import SettlementProblem
from settlement.services.settling import settle_work_order

AT_ONCE = 500
log = logging.getLogger(__name__)


def retry_problems(*, limit: int = AT_ONCE) -> int:
    """Settle the orders with a problem, oldest first; return how many are settled now.

    One that fails in a way nobody foresaw is logged and leaves the others alone.
    """
    waiting = SettlementProblem.objects.order_by("noted_at", "pk")[:limit]
    return sum(_settles(problem.work_order_id) for problem in waiting)


def _settles(order_id: int) -> bool:
    try:
        return settle_work_order(order_id=order_id) is not None
    except Exception:
        log.exception("order %s cannot be settled", order_id)
        return False
