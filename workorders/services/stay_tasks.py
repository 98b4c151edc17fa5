"""The tasks of a stay: what each department does while the order stands in a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workorders import sla
from workorders.flow import holds
from workorders.flow_facts import OrderFacts
from workorders.models import StageTask

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.flow import Stage
    from workorders.models import StageStay, WorkOrder


def begin_tasks(
    order: WorkOrder, stay: StageStay, stage: Stage, *, at: datetime
) -> list[StageTask]:
    """Give the stay those tasks of its stage whose conditions hold; returns what is new.

    Asked again once a form was filled in: an answer may call for one more department. What is
    there stays, with its time.
    """
    if not stage.tasks:
        return []
    facts = OrderFacts(order)
    have = set(StageTask.objects.filter(stay=stay).values_list("key", flat=True))
    return StageTask.objects.bulk_create(
        StageTask(
            stay=stay,
            work_order=order,
            key=task.key,
            name=task.name,
            department=task.department,
            role=task.role,
            form=task.form,
            due_at=sla.due_at(task, at),
        )
        for task in stage.tasks
        if task.key not in have and holds(task.when, facts)
    )
