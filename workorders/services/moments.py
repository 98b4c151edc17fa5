"""Fires the triggers whose time has come: before a limit, before and after an appointment."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from common import clock
from common.transactions import transactional
from workorders.moments import stays_in_time, timed_triggers
from workorders.services.locking import lock_order
from workorders.services.triggers import fire_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workorders.flow import Trigger
    from workorders.models import FlowVersion

_AT_ONCE = 100
_Due = tuple[int, int, "FlowVersion", "Trigger"]


def moments_have_come() -> bool:
    """Whether a trigger's time has come for an order."""
    return next(_due(), None) is not None


@transactional
def fire_moments() -> int:
    """Ask some triggers whose time has come; returns how many. Each is asked once for a moment."""
    asked = 0
    found = sorted(islice(_due(), _AT_ONCE), key=lambda each: each[:2])
    for order_id, stay_id, version, trigger in found:
        order = lock_order(order_id)
        stay = stays_in_time(version, trigger, clock.now()).filter(pk=stay_id).first()
        if stay is not None:
            fire_for(order, stay, trigger, stay.moment)
            asked += 1
    return asked


def _due() -> Iterator[_Due]:
    now = clock.now()
    for version, trigger in timed_triggers():
        stays = stays_in_time(version, trigger, now).order_by("moment")
        for order_id, stay_id in stays.values_list("work_order", "pk")[:_AT_ONCE]:
            yield order_id, stay_id, version, trigger
