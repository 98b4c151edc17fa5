"""Who has declined what a rule gave them: read from the order's own history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.models import Installer
from dispatch.models import Assignment
from workorders.models import TimelineEvent

if TYPE_CHECKING:
    from dispatch.models import AssignmentRun
    from workorders.models import WorkOrder

MOST_DECLINED = 3
_BY_RULE = (Assignment.Way.AUTOMATIC, Assignment.Way.CLAIMED, Assignment.Way.SUGGESTED)


def has_declined(order: WorkOrder, run: AssignmentRun) -> Installer | None:
    """Return who gave back themselves what the run gave them; None where somebody else took it."""
    released = TimelineEvent.objects.filter(
        work_order=order, code="released", at__gte=run.ended_at or run.began_at
    )
    last = released.order_by("-pk").first()
    if last is None or last.actor_id is None:
        return None
    person = Installer.objects.select_related("user").filter(user=last.actor_id).first()
    held = Assignment.objects.filter(work_order=order, installer=person).order_by("-pk").first()
    return person if held is not None and held.way in _BY_RULE else None


def declined_by(run: AssignmentRun) -> frozenset[int]:
    """Return the ids of who declined on this run: nobody is asked twice."""
    return frozenset(row["installer"] for row in run.tries if row.get("code") == "declined")


def most_declined(run: AssignmentRun) -> bool:
    """Whether so many have declined that a person should look at the order."""
    return len([row for row in run.tries if row.get("code") == "declined"]) >= MOST_DECLINED
