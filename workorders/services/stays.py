"""Notes in which stage an order stood from when to when; what is done in a stage hangs on its stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from common import clock
from common.transactions import transactional
from workorders.flow_versions import flow_of
from workorders.models import StageStay, WorkOrder
from workorders.models.order import OPEN_MEANINGS
from workorders.services.locking import lock_order
from workorders.services.stay_tasks import begin_tasks
from workorders.services.triggers import entered, fire

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from workorders.flow import Stage
    from workorders.happened import Happened

_AT_ONCE = 500


def begin_stay(
    order: WorkOrder, stage: Stage, *, at: datetime, received_at: datetime | None = None
) -> StageStay:
    """Note that the locked order stands in a stage from now on, with the limit the order has.

    The tasks of the stage come into being with it. Nobody waits in a final stage: its stay ends
    as it begins.
    """
    stay = StageStay.objects.create(
        work_order=order,
        flow_version=order.flow_version,
        stage=stage.key,
        name=stage.name,
        meaning=stage.meaning.value,
        installer_id=order.installer_id,
        department=stage.department,
        role=stage.role,
        entered_at=at,
        received_at=received_at,
        due_at=order.due_at,
        left_at=at if stage.meaning.is_final else None,
    )
    if not stage.meaning.is_final:
        begin_tasks(order, stay, stage, at=at)
    return stay


def change_stay(order: WorkOrder, came_from: Stage, *, actor: User | None, when: Happened) -> None:
    """End the stay of the locked order that moved, and begin the one in its new stage.

    A way back to where it started changes the stay's limit alone: nothing done there is lost.
    """
    mine = _open_stays(order)
    here = flow_of(order).stage(order.stage)
    if here.key == came_from.key:
        mine.update(due_at=order.due_at)
        return
    left = mine.first()
    mine.update(left_at=when.at, left_by=actor)
    if left is not None:
        fire(order, left, "left")
    stay = begin_stay(order, here, at=when.at, received_at=when.received_at)
    entered(order, stay)


def keep_stay(order: WorkOrder, stage: Stage) -> None:
    """Let the open stay of the locked order go on in a stage of another version of its flow.

    Tasks of that version come into being; those that are there stay.
    """
    stay = current_stay(order)
    stay.flow_version, stay.due_at = order.flow_version, order.due_at
    stay.name, stay.department, stay.role = stage.name, stage.department, stage.role
    stay.meaning = stage.meaning.value
    stay.save(update_fields=["flow_version", "due_at", "name", "department", "role", "meaning"])
    if not stage.meaning.is_final:
        begin_tasks(order, stay, stage, at=clock.now())


def current_stay(order: WorkOrder) -> StageStay:
    """Return the stay the locked order is in: the open one, in a final stage the last.

    An order from before stays were noted gets its stay now.
    """
    stage = flow_of(order).stage(order.stage)
    stays = StageStay.objects.filter(work_order=order, stage=stage.key)
    if not stage.meaning.is_final:
        stays = stays.filter(left_at=None)
    return stays.order_by("-pk").first() or begin_stay(order, stage, at=order.stage_since)


def stays_are_missing() -> bool:
    """Whether there are open orders from before stays were noted."""
    return _without_stay().exists()


@transactional
def begin_missing_stays() -> int:
    """Begin the stays of some open orders that have none; returns how many."""
    found = list(_without_stay().values_list("pk", flat=True)[:_AT_ONCE])
    for pk in found:
        current_stay(lock_order(pk))
    return len(found)


def _without_stay() -> QuerySet[WorkOrder]:
    stay = StageStay.objects.filter(work_order=OuterRef("pk"), left_at=None)
    return WorkOrder.objects.filter(~Exists(stay), meaning__in=OPEN_MEANINGS).order_by("pk")


def _open_stays(order: WorkOrder) -> QuerySet[StageStay]:
    return StageStay.objects.filter(work_order=order, left_at=None)
