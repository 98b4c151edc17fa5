"""Tries again to settle what could not be settled when it was completed, a few orders at a time."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import uuid4

from django.utils.dateparse import parse_datetime

from common import clock
from common.outbox import announce
from common.transactions import transactional
from settlement.events import ProblemsToTry
from settlement.models import SettlementProblem
from settlement.services.settling import settle_work_order
from settlement.visibility import problems_seen

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User

IN_AN_HOUR = 500
"""How many of the oldest the clock has tried, so that what never settles costs little."""
AT_ONCE = 25
"""How many orders a transaction holds, locked in the order of their ids as everywhere."""
log = logging.getLogger(__name__)


@transactional
def ask_to_retry(*, actor: User) -> int:
    """Have the orders of the actor's units tried again in the background; return how many wait."""
    waiting = problems_seen(actor=actor).count()
    if waiting:
        _announce(ProblemsToTry(actor.pk, uuid4().hex))
    return waiting


@transactional
def retry_waiting(*, wanted_by: str, oldest: int | None = None) -> int:
    """Have everybody's problems, or the oldest, tried again in the background; return how many.

    Once for each word of who wants it: the same again starts no second round.
    """
    waiting = SettlementProblem.objects.order_by("noted_at", "pk")[:oldest]
    moments = list(waiting.values_list("noted_at", flat=True))
    if moments:
        _announce(ProblemsToTry(0, wanted_by, until=moments[-1].isoformat()))
    return len(moments)


@transactional
def try_next(event: ProblemsToTry, *, actor: User | None, limit: int = AT_ONCE) -> int:
    """Try the next orders of a round, of the actor's units or of all, and announce those after them.

    Returns how many are settled now. One that fails in a way nobody foresaw is logged, leaves the
    others alone, and waits behind them in the next round.
    """
    waiting = _in_round(actor, parse_datetime(event.until) if event.until else None)
    chosen = waiting.filter(work_order__gt=event.after).order_by("work_order_id")[:limit]
    orders = list(chosen.values_list("work_order_id", flat=True))
    settled = sum(_settles(order_id) for order_id in orders)
    if len(orders) == limit:
        _announce(ProblemsToTry(event.actor_id, event.asked, orders[-1], event.until))
    return settled


def _in_round(actor: User | None, until: datetime | None) -> QuerySet[SettlementProblem]:
    found = SettlementProblem.objects.all() if actor is None else problems_seen(actor=actor)
    return found if until is None else found.filter(noted_at__lte=until)


def _announce(event: ProblemsToTry) -> None:
    """A step that ran twice is followed by one step: the key names the round and where it goes on."""
    announce(event, key=f"problems:{event.asked}:{event.after}")


def _settles(order_id: int) -> bool:
    try:
        return settle_work_order(order_id=order_id) is not None
    except Exception:
        log.exception("order %s cannot be settled", order_id)
        SettlementProblem.objects.filter(work_order=order_id).update(noted_at=clock.now())
        return False
