"""How long an order may stay in its stage, and how much of that is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from common.formatting import duration
from common.workdays import after_business_minutes
from workorders.business_hours import business_hours

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.flow import Stage, Task
    from workorders.models import WorkOrder

_WARN_BELOW_BP = 2_500


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """`left_bp` of the stage's time is left (0 when overdue); `minutes` is negative then."""

    left_bp: int
    minutes: int
    tone: str

    @property
    def words(self) -> str:
        """The time as few words: whole days, whole hours, or minutes."""
        minutes = abs(self.minutes)
        for unit in (24 * 60, 60):
            if minutes >= 2 * unit:
                return duration(minutes // unit * unit)
        return duration(minutes)

    @property
    def is_overdue(self) -> bool:
        """Whether the time is used up."""
        return self.minutes < 0


def due_at(
    stage: Stage | Task, since: datetime, next_contact_at: datetime | None = None
) -> datetime | None:
    """Return when a stage or task begun at an aware moment must be over; None without a limit.

    On hold the agreed next contact is the limit: that is the promise made to the customer.
    """
    if next_contact_at is not None:
        return next_contact_at
    if not stage.sla_minutes:
        return None
    if stage.business_time:
        return after_business_minutes(since, stage.sla_minutes, business_hours())
    return since + timedelta(minutes=stage.sla_minutes)


def is_overdue(order: WorkOrder, now: datetime) -> bool:
    """Whether an open order stands in its stage beyond its limit."""
    return order.is_open and order.due_at is not None and order.due_at < now


def time_left(order: WorkOrder, now: datetime) -> TimeLeft | None:
    """Return what is left of the stage's time; None when nothing is due."""
    if not order.is_open or order.due_at is None:
        return None
    whole_s = max(1, int((order.due_at - order.stage_since).total_seconds()))
    left_s = int((order.due_at - now).total_seconds())
    left_bp = max(0, min(10_000, left_s * 10_000 // whole_s))
    tone = "bad" if left_s < 0 else "warn" if left_bp < _WARN_BELOW_BP else "ok"
    return TimeLeft(left_bp=left_bp, minutes=left_s // 60, tone=tone)
