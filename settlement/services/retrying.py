"""Tries again to settle what could not be settled when it was completed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from common.outbox import announce
from common.transactions import transactional
from settlement.events import ProblemsToTry
from settlement.models import SettlementProblem
from settlement.services.settling import settle_work_order
from settlement.visibility import problems_seen

if TYPE_CHECKING:
    from accounts.models import User

AT_ONCE = 500
log = logging.getLogger(__name__)


def retry_problems(*, limit: int = AT_ONCE) -> int:
    """Settle the orders with a problem, oldest first; return how many are settled now.

    One that fails in a way nobody foresaw is logged and leaves the others alone.
    """
    waiting = SettlementProblem.objects.order_by("noted_at", "pk")[:limit]
    return sum(_settles(problem.work_order_id) for problem in waiting)


@transactional
def ask_to_retry(*, actor: User) -> int:
    """Have the orders of the actor's units tried again in the background; return how many wait."""
    waiting = problems_seen(actor=actor).count()
    if waiting:
        announce(ProblemsToTry(actor.pk))
    return waiting


@transactional
def try_next(*, actor: User, after: int, limit: int = AT_ONCE) -> int:
    """Try the next orders of somebody's units again and announce those after them.

    Returns how many are settled now.
    """
    waiting = problems_seen(actor=actor).filter(pk__gt=after).order_by("pk")[:limit]
    rows = list(waiting.values_list("pk", "work_order_id"))
    settled = sum(_settles(order_id) for _pk, order_id in rows)
    if len(rows) == limit:
        announce(ProblemsToTry(actor.pk, rows[-1][0]))
    return settled


def _settles(order_id: int) -> bool:
    try:
        return settle_work_order(order_id=order_id) is not None
    except Exception:
        log.exception("order %s cannot be settled", order_id)
        return False
