"""What waits for one person of the staff: tasks of their role, and ways that need their yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q

from common import clock
from workorders.flow_versions import read_version
from workorders.models import FlowVersion, StageApproval, StageTask
from workorders.models.order import OPEN_MEANINGS
from workorders.selectors import own_work_orders

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from workorders.models import WorkOrder

_MOST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: `what` on `order`, in `stage`, until `due_at`; `is_approval` or a task."""

    order: WorkOrder
    stage: str
    department: str
    what: str
    since: datetime
    due_at: datetime | None
    is_approval: bool

    @property
    def is_late(self) -> bool:
        """Whether it should be done by now."""
        return self.due_at is not None and self.due_at < clock.now()


def open_tasks(*, actor: User) -> QuerySet[StageTask]:
    """Return the undone tasks of the actor's role on orders they may change, the most due first."""
    tasks = StageTask.objects.filter(role=actor.role, done_at=None, stay__left_at=None)
    mine = tasks.filter(work_order__in=own_work_orders(actor=actor).values("pk"))
    return mine.order_by(F("due_at").asc(nulls_last=True), "pk")


def waiting_for(*, actor: User) -> list[Waiting]:
    """Return all that waits for the actor, the most due first; at most 200 of each kind."""
    found = [*_tasks(actor), *_approvals(actor)]
    return sorted(found, key=lambda each: (each.due_at is None, each.due_at or each.since))


def _tasks(actor: User) -> list[Waiting]:
    tasks = list(open_tasks(actor=actor).select_related("stay")[:_MOST])
    orders = own_work_orders(actor=actor).in_bulk([task.work_order_id for task in tasks])
    return [
        Waiting(
            order=orders[task.work_order_id],
            stage=task.stay.name,
            department=task.department or task.stay.department,
            what=task.name,
            since=task.stay.entered_at,
            due_at=task.due_at,
            is_approval=False,
        )
        for task in tasks
    ]


def _approvals(actor: User) -> list[Waiting]:
    """Ways that ask for several people are found by the stages they leave: those are few."""
    open_ones = own_work_orders(actor=actor).filter(meaning__in=OPEN_MEANINGS)
    used = open_ones.order_by().values("flow_version").distinct()
    places = Q(pk__in=[])
    ways: dict[tuple[int, str], tuple[str, str, str]] = {}
    for version in FlowVersion.objects.filter(pk__in=used):
        flow = read_version(version)
        for way in flow.transitions:
            if way.approvals > 1 and actor.role in way.roles:
                places |= Q(flow_version=version.pk, stage__in=way.sources)
                for key in way.sources:
                    stage = flow.stage(key)
                    ways[version.pk, key] = (way.name, stage.name, stage.department)
    said = StageApproval.objects.filter(user=actor, stay__left_at=None).values("stay__work_order")
    asked = open_ones.filter(places).exclude(pk__in=said) if ways else open_ones.none()
    found = []
    for order in asked.order_by(F("due_at").asc(nulls_last=True), "pk")[:_MOST]:
        name, stage_name, department = ways[order.flow_version_id, order.stage]
        found.append(
            Waiting(order, stage_name, department, name, order.stage_since, order.due_at, True)
        )
    return found
