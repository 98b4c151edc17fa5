"""Tells the office that an earlier holder's phone sent work of theirs, once, and writes each down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workorders import timeline
from workorders.models import TimelineEvent
from workorders.services.staff_notices import tell_staff
from workorders.services.stage_notices import responsible

if TYPE_CHECKING:
    from workorders.late_work import LateWork
    from workorders.models import WorkOrder


def note_late(
    order: WorkOrder,
    work: LateWork,
    code: str,
    *,
    kind: timeline.Kind = timeline.Kind.PEOPLE,
    **params: Any,
) -> None:
    """Write down what came late of a locked order; the first of it tells the office."""
    name = work.installer.user.display_name
    told = TimelineEvent.objects.filter(work_order=order, code="late_work")
    if not told.filter(params__holder=work.installer.pk).exists():
        timeline.note(
            order,
            "late_work",
            kind=timeline.Kind.ALERT,
            actor=work.installer.user,
            installer=name,
            holder=work.installer.pk,
        )
        tell_staff(order, responsible(order, ""), code="late_work", name=name)
    timeline.note(
        order,
        code,
        kind=kind,
        actor=work.installer.user,
        installer=name,
        moment=work.at.isoformat(),
        **params,
    )
