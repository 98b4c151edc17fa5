"""Departments do their tasks: one person, once, with the form a task asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.roles import Role
from common import clock
from common.errors import Conflict, refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.models import FormAnswers, StageTask
from workorders.services.locking import lock_open_order
from workorders.services.triggers import fire

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder


def may_do(task: StageTask, actor: User) -> bool:
    """Whether a task is one of this person's role; headquarters may do all."""
    return actor.role in (task.role, Role.HQ_ADMIN)


@transactional
def finish_task(*, order_id: int, task_id: int, actor: User, note: str = "") -> StageTask:
    """Mark a task of the order's present stay done.

    Raises Conflict naming who was faster, or when the order has left the stage; Refused for another
    role, and while the task's form is not filled in.
    """
    order = lock_open_order(order_id)
    task = undone_task(order, task_id, actor)
    if task.form:
        filled = FormAnswers.objects.filter(task=task, form=task.form, complete=True)
        sentence = _("Fill in the form of “%(task)s” first") % {"task": task.name}
        refuse_unless(filled.exists(), "task.form", sentence)
    task.done_at, task.done_by, task.note = clock.now(), actor, note.strip()[:200]
    task.save(update_fields=["done_at", "done_by", "note"])
    _note(order, "task_done", task, actor)
    left = StageTask.objects.filter(stay=task.stay, done_at=None).exists()
    fire(order, task.stay, "task_done", tasks={task.key} if left else {task.key, ""})
    return task


@transactional
def reopen_task(*, order_id: int, task_id: int, actor: User, note: str = "") -> StageTask:
    """Take back that a task is done, as long as the order stands in its stage.

    Nothing happens to a task that is not done. Raises as `finish_task`.
    """
    order = lock_open_order(order_id)
    task = _task_at_hand(order, task_id, actor)
    if task.done_at is None:
        return task
    task.done_at = task.done_by = None
    task.note = note.strip()[:200]
    task.save(update_fields=["done_at", "done_by", "note"])
    _note(order, "task_reopened", task, actor)
    return task


def undone_task(order: WorkOrder, task_id: int, actor: User) -> StageTask:
    """Return a task of the order's present stay that waits to be done; raises as `finish_task`."""
    task = _task_at_hand(order, task_id, actor)
    if task.done_by is not None:
        words = {"name": task.done_by.display_name, "task": task.name}
        raise Conflict("task.done", _("%(name)s has done “%(task)s” already") % words)
    return task


def _task_at_hand(order: WorkOrder, task_id: int, actor: User) -> StageTask:
    tasks = StageTask.objects.select_related("done_by", "stay")
    task = tasks.filter(pk=task_id, work_order=order).first()
    if task is None or task.stay.left_at is not None:
        sentence = _("The work order has left the stage of this task; please look again")
        raise Conflict("task.over", sentence)
    refuse_unless(
        may_do(task, actor),
        "task.role",
        _("“%(task)s” is done by somebody else") % {"task": task.name},
    )
    return task


def _note(order: WorkOrder, code: str, task: StageTask, actor: User) -> None:
    people = timeline.Kind.PEOPLE
    timeline.note(order, code, kind=people, actor=actor, task=task.name)
    if task.note:
        timeline.note(order, "note", kind=people, actor=actor, text=task.note)
    record(actor, f"workorder.{code}", order, task=task.key, stay=task.stay_id)
