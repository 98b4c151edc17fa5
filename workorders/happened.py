"""When something was done on an order: as its phone says, as far as that can be.

A phone without network sends later what was done at once. Its word counts between the order's last
move and the moment it was received, and no further back than the company allows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from common import clock
from common.journal.happened import said
from common.remembering import remembered
from workorders.models import SiteRule

if TYPE_CHECKING:
    from workorders.models import WorkOrder

OFFLINE_HOURS = 168
"""How old the word of a phone may be where the company has not said; a key lives as long."""
LEAST_HOURS, MOST_HOURS = 1, 168
AT_ONCE = timedelta(minutes=2)
"""What is sent so soon was not kept; and by so much nobody's word is changed."""


class Happened(NamedTuple):
    """When it was done, and when a phone told of it later (None: at once); aware UTC.

    `said_at` is what the phone said where that cannot be, `why` the reason: "future", "old" (older
    than the company allows) or "early" (before the order came to its stage and its installer).
    """

    at: datetime
    received_at: datetime | None = None
    said_at: datetime | None = None
    why: str = ""


def happened(order: WorkOrder) -> Happened:
    """Return when that was done on a locked order what is being written down; now by default."""
    told = said()
    if told is None:
        return Happened(clock.now())
    received = told.received_at
    floor = max(order.stage_since, order.assigned_at or order.created_at)
    oldest = received - timedelta(hours=offline_hours())
    at = min(max(told.at, oldest, floor), max(received, floor))
    why = ""
    if told.at > received + AT_ONCE:
        why = "future"
    elif told.at < oldest - AT_ONCE:
        why = "old"
    elif told.at < floor - AT_ONCE:
        why = "early"
    return Happened(
        at, received if received - at > AT_ONCE else None, told.at if why else None, why
    )


@remembered(lambda: ())
def offline_hours() -> int:
    """Return how old the word of a phone may be, in hours."""
    own = SiteRule.objects.filter(pk=1).values_list("offline_hours", flat=True).first()
    return OFFLINE_HOURS if own is None else own
