"""What an order waits for in its stage, one of each kind a URL can name."""

from __future__ import annotations

from typing import Any

from accounts.roles import Role
from common import clock
from tests.workorders.world import World
from workorders.code_links import code_token
from workorders.models import (
    CustomerQuestion,
    FiredAction,
    FiredTrigger,
    StaffNotice,
    StageTask,
    WorkOrder,
)
from workorders.question_links import question_token


def waiting_things(world: World, order: WorkOrder) -> dict[str, dict[str, Any]]:
    """A task, a notice, a failed action and a question of an order's present stay."""
    stay, now = order.stays.get(left_at=None), clock.now()
    task = StageTask.objects.create(
        stay=stay, work_order=order, key="x", name="x", role=Role.DISPATCHER
    )
    fired = FiredTrigger.objects.create(stay=stay, trigger="x", at=now)
    failed = FiredAction.objects.create(
        fired=fired, work_order=order, place=0, kind="webhook", value="x", state="failed", at=now
    )
    told = StaffNotice.objects.create(user=world.dispatcher, work_order=order, text="x", at=now)
    asked = CustomerQuestion.objects.create(work_order=order, stay=stay, text="x", asked_at=now)
    number = {"number": order.number}
    return {
        "failed action": number | {"pk": failed.pk},
        "staff notice": {"pk": told.pk},
        "question": number | {"pk": asked.pk},
        "question link": {"token": question_token(asked)},
        "code link": {"token": code_token(order)},
        "task": number | {"pk": task.pk},
    }
