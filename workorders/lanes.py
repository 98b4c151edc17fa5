"""The departments of an order's stage beside each other: what each has to do, who did it, when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from workorders.concerned import people_concerned
from workorders.flow.words import ROLE_NAMES
from workorders.flow_versions import flow_of
from workorders.models import FormAnswers, StageTask
from workorders.services.tasks import may_do
from workorders.stage_forms import open_form

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from accounts.models import User
    from workorders.models import WorkOrder
    from workorders.stage_forms import OpenForm

_NAMED = 3


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task: whether the reader may do it, with its form while it is open, and who might."""

    task: StageTask
    is_mine: bool
    is_late: bool
    people: str
    form: OpenForm | None


@dataclass(frozen=True, slots=True)
class Lane:
    """One department with its tasks."""

    department: str
    tasks: tuple[TaskView, ...]


def lanes(
    order: WorkOrder, *, actor: User, may_act: bool, typed: Mapping[int, Any] | None = None
) -> list[Lane]:
    """Return the departments of the order's present stay; none costs one query.

    `typed` is what came back with errors, by task.
    """
    tasks = StageTask.objects.filter(work_order=order, stay__left_at=None)
    found = list(tasks.select_related("done_by", "stay").order_by("pk"))
    if not found:
        return []
    people = people_concerned(order, {task.role for task in found if task.done_at is None})
    kept = {row.task_id: row for row in FormAnswers.objects.filter(task__in=found)}
    by_department: dict[str, list[TaskView]] = {}
    for task in found:
        mine = may_act and may_do(task, actor)
        view = TaskView(
            task=task,
            is_mine=mine,
            is_late=task.done_at is None and task.due_at is not None and task.due_at < clock.now(),
            people=_names(people.get(task.role, [])) if task.done_at is None else "",
            form=_form(order, task, kept.get(task.pk), (typed or {}).get(task.pk))
            if mine
            else None,
        )
        by_department.setdefault(task.department or _(ROLE_NAMES[task.role]), []).append(view)
    return [Lane(name, tuple(views)) for name, views in by_department.items()]


def _form(
    order: WorkOrder, task: StageTask, kept: FormAnswers | None, typed: Mapping[str, Any] | None
) -> OpenForm | None:
    form = flow_of(order).form(task.form) if task.form and task.done_at is None else None
    return open_form(order, form, kept, typed=typed) if form else None


def _names(people: list[User]) -> str:
    named = "、".join(person.display_name for person in people[:_NAMED])
    return f"{named}…" if len(people) > _NAMED else named
