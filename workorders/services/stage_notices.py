"""Tells those for whom a stage waits: the departments of its tasks, who must agree, who is late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.roles import Role
from common.outbox import announce
from common.transactions import transactional
from workorders.concerned import people_concerned
from workorders.desk_stages import is_at_desk
from workorders.events import StageWaits
from workorders.flow_versions import flow_of
from workorders.models import StaffNotice, StageStay, StageTask
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.flow import Flow, Stage
    from workorders.models import WorkOrder


def waits_for_staff(flow: Flow, stage: Stage) -> bool:
    """Whether somebody is told when an order comes into this stage."""
    several = (way for way in flow.transitions if way.approvals > 1 and stage.key in way.sources)
    return is_at_desk(stage) or bool(stage.tasks) or any(several)


@transactional
def tell_of_stage(*, stay_id: int) -> int:
    """Tell the people for whom a stay waits, unless it is over; returns how many notices are new."""
    stay = StageStay.objects.select_related("work_order__flow_version").get(pk=stay_id)
    if stay.left_at is not None:
        return 0
    order, flow = stay.work_order, flow_of(stay.work_order)
    told = 0
    concerned: list[User] = []
    stage = flow.stage(stay.stage)
    if is_at_desk(stage) and not _told_before(stay):
        concerned += _without_mover(stay, responsible(order, stage.role))
        told += tell_staff(order, concerned, code="stage", stage=stage.name, stay=stay.pk)
    tasks = list(StageTask.objects.filter(stay=stay, done_at=None))
    people = people_concerned(order, {task.role for task in tasks})
    for task in tasks:
        concerned += people.get(task.role, [])
        told += tell_staff(order, people.get(task.role, []), code="task", task=task.name)
    for way in flow.transitions:
        if way.approvals > 1 and stay.stage in way.sources:
            able = people_concerned(order, set(way.roles) - {"system", Role.INSTALLER})
            everybody = [person for each in able.values() for person in each]
            concerned += everybody
            told += tell_staff(order, everybody, code="approval", way=way.name)
    for person in dict.fromkeys(concerned):
        if person.wecom_userid:
            key = f"stage-waits:{stay.pk}:{person.pk}"
            announce(StageWaits(order.pk, stay.pk, person.pk), key=key)
    return told


def _told_before(stay: StageStay) -> bool:
    """Whether this stay was told of: more tasks may come to it later, the stage does not."""
    told = StaffNotice.objects.filter(work_order=stay.work_order_id, code="stage")
    return told.filter(params__stay=stay.pk).exists()


def _without_mover(stay: StageStay, people: list[User]) -> list[User]:
    """Who brought the order here knows it."""
    before = StageStay.objects.filter(work_order=stay.work_order_id, pk__lt=stay.pk)
    mover = before.order_by("-pk").values_list("left_by", flat=True).first()
    return [person for person in people if person.pk != mover]


def tell_of_delay(order: WorkOrder, stay: StageStay) -> int:
    """Tell those who answer for a stage that an order has run over its time there."""
    return tell_staff(order, responsible(order, stay.role), code="overdue", stage=stay.name)


def tell_of_late_task(order: WorkOrder, task: StageTask) -> int:
    """Tell the department of a task that it has run over its time."""
    return tell_staff(order, responsible(order, task.role), code="task_overdue", task=task.name)


def responsible(order: WorkOrder, role: str) -> list[User]:
    """Return the people of a role whom an order concerns: for an installer's the dispatchers, and
    headquarters where nobody has the role.
    """
    at_desk = role if role and role != Role.INSTALLER else str(Role.DISPATCHER)
    people = people_concerned(order, {at_desk, str(Role.HQ_ADMIN)})
    return people.get(at_desk) or people.get(str(Role.HQ_ADMIN), [])
