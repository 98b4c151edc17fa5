"""Looks for orders and tasks of departments that have run over their time, tells who answers, fires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from common import clock
from common.transactions import transactional
from workorders import timeline
from workorders.models import FiredTrigger, StageStay, StageTask
from workorders.services.locking import lock_order
from workorders.services.stage_notices import tell_of_delay, tell_of_late_task
from workorders.services.triggers import fire

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from workorders.models import WorkOrder

OVERDUE = ""
"""The name under which a stay keeps that its delay was noticed; no trigger of a flow has it."""
_TASK = "task:"
"""Before the key of a task under which its stay keeps that the task's delay was noticed."""
_AT_ONCE = 100


def delays_are_unnoticed() -> bool:
    """Whether an order or a task has run over its time and nobody was told."""
    return _unnoticed().exists() or _unnoticed_tasks().exists()


@transactional
def notice_delays() -> int:
    """Notice some delays, the longest first; returns how many. Each stay and task is late once."""
    stays = list(_unnoticed().order_by("due_at").values_list("work_order", "pk")[:_AT_ONCE])
    late = _unnoticed_tasks().order_by("due_at")
    tasks = list(late.values_list("work_order", "pk")[:_AT_ONCE])
    noticed = 0
    for order_id in sorted({order_id for order_id, _pk in (*stays, *tasks)}):
        order = lock_order(order_id)
        noticed += sum(_notice_stay(order, pk) for each, pk in stays if each == order_id)
        noticed += sum(_notice_task(order, pk) for each, pk in tasks if each == order_id)
    return noticed


def _notice_stay(order: WorkOrder, pk: int) -> bool:
    stay = _unnoticed().filter(pk=pk).first()
    if stay is None:
        return False
    FiredTrigger.objects.create(stay=stay, trigger=OVERDUE, at=clock.now())
    timeline.note(order, "overdue", kind=timeline.Kind.ALERT, name=stay.name)
    tell_of_delay(order, stay)
    fire(order, stay, "overdue")
    return True


def _notice_task(order: WorkOrder, pk: int) -> bool:
    task = _unnoticed_tasks().filter(pk=pk).first()
    if task is None:
        return False
    FiredTrigger.objects.create(stay=task.stay, trigger=f"{_TASK}{task.key}", at=clock.now())
    timeline.note(order, "task_overdue", kind=timeline.Kind.ALERT, task=task.name)
    tell_of_late_task(order, task)
    return True


def _unnoticed() -> QuerySet[StageStay]:
    known = FiredTrigger.objects.filter(stay=OuterRef("pk"), trigger=OVERDUE)
    return StageStay.objects.filter(~Exists(known), left_at=None, due_at__lt=clock.now())


def _unnoticed_tasks() -> QuerySet[StageTask]:
    name = Concat(Value(_TASK), OuterRef("key"))
    known = FiredTrigger.objects.filter(stay=OuterRef("stay"), trigger=name)
    late = StageTask.objects.filter(done_at=None, stay__left_at=None, due_at__lt=clock.now())
    return late.filter(~Exists(known)).select_related("stay")
