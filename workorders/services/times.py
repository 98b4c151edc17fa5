"""Takes the word of a phone for when something was done, and says where it cannot be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workorders import timeline
from workorders.bounded_times import BOUNDED
from workorders.happened import Happened, happened
from workorders.models import TimelineEvent

if TYPE_CHECKING:
    from workorders.models import WorkOrder


def time_of(order: WorkOrder) -> Happened:
    """Return when that was done on a locked order what is being written down.

    Where the phone's word is not taken the order is flagged, once a stage for each reason.
    """
    found = happened(order)
    if found.said_at is None:
        return found
    told = TimelineEvent.objects.filter(work_order=order, code=BOUNDED)
    if not told.filter(params__why=found.why, params__stage=order.stage).exists():
        timeline.note(
            order,
            BOUNDED,
            kind=timeline.Kind.ALERT,
            why=found.why,
            stage=order.stage,
            said=found.said_at.isoformat(),
            moment=found.at.isoformat(),
        )
    return found
