"""Times on an order that count although its phone told others: for whoever counts money with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workorders import timeline
from workorders.models import TimelineEvent

if TYPE_CHECKING:
    from workorders.models import WorkOrder

BOUNDED = "time_bounded"
"""The timeline's event of a time that counts and is not the one the phone said."""


def bounded_words(order: WorkOrder) -> list[str]:
    """Return a sentence for each time of an order that is not the one its phone said."""
    told = TimelineEvent.objects.filter(work_order=order, code=BOUNDED)
    return [timeline.sentence(event) for event in told.order_by("at", "pk")]
