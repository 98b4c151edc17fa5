"""Tasks that wait for departments, counted by department, with the one that is late for longest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from common import clock
from workorders.bottlenecks import orders_asked
from workorders.flow.words import ROLE_NAMES
from workorders.models import StageTask
from workorders.models.order import OPEN_MEANINGS

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.bottlenecks import BottleneckQuery


@dataclass(frozen=True, slots=True)
class TaskLoad:
    """One department's undone tasks; `longest` is the one late for longest, by `over_min` minutes."""

    department: str
    role: str
    tasks: int
    late: int
    longest: StageTask | None
    over_min: int


def task_loads(*, actor: User, query: BottleneckQuery) -> list[TaskLoad]:
    """Return the departments with undone tasks, those with most late ones first; two queries."""
    now = clock.now()
    tasks = StageTask.objects.filter(
        work_order__in=orders_asked(actor, query),
        work_order__meaning__in=OPEN_MEANINGS,
        done_at=None,
        stay__left_at=None,
    )
    late = tasks.filter(due_at__lt=now).select_related("work_order")
    first = late.order_by("department", "role", "due_at", "pk").distinct("department", "role")
    longest = {(task.department, task.role): task for task in first}
    counted = tasks.order_by().values("department", "role")
    rows = counted.annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    found = []
    for row in rows:
        task = longest.get((row["department"], row["role"]))
        over = int((now - task.due_at).total_seconds() // 60) if task and task.due_at else 0
        words = ROLE_NAMES[row["role"]]
        role = _(words)
        load = TaskLoad(row["department"] or role, role, row["n"], row["late"], task, over)
        found.append(load)
    return sorted(found, key=lambda load: (-load.late, -load.tasks, load.department, load.role))
