"""Looks for orders that have run over their time in a stage: tells who answers for it, and fires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from common import clock
from common.transactions import transactional
from workorders import timeline
from workorders.models import FiredTrigger, StageStay
from workorders.services.locking import lock_order
from workorders.services.stage_notices import tell_of_delay
from workorders.services.triggers import fire

if TYPE_CHECKING:
    from django.db.models import QuerySet

OVERDUE = ""
"""The name under which a stay keeps that its delay was noticed; no trigger of a flow has it."""
_AT_ONCE = 100


def delays_are_unnoticed() -> bool:
    """Whether an order has run over its time and nobody was told."""
    return _unnoticed().exists()


@transactional
def notice_delays() -> int:
    """Notice some delays, the longest first; returns how many. Each stay is late once."""
    found = list(_unnoticed().order_by("due_at").values_list("pk", "work_order")[:_AT_ONCE])
    noticed = 0
    for pk, order_id in sorted(found, key=lambda row: row[1]):
        order = lock_order(order_id)
        stay = _unnoticed().filter(pk=pk).first()
        if stay is None:
            continue
        FiredTrigger.objects.create(stay=stay, trigger=OVERDUE, at=clock.now())
        timeline.note(order, "overdue", kind=timeline.Kind.ALERT, name=stay.name)
        tell_of_delay(order, stay)
        fire(order, stay, "overdue")
        noticed += 1
    return noticed


def _unnoticed() -> QuerySet[StageStay]:
    known = FiredTrigger.objects.filter(stay=OuterRef("pk"), trigger=OVERDUE)
    return StageStay.objects.filter(~Exists(known), left_at=None, due_at__lt=clock.now())
