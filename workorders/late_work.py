"""What an installer did on an order before it was taken from them, told after that by their phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from common.journal.happened import said
from workorders.crew import on_the_job
from workorders.happened import offline_hours
from workorders.phone_days import lost_order
from workorders.selectors import work_orders

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer, User


@dataclass(frozen=True, slots=True)
class LateWork:
    """Work of an earlier holder: done `at`, told at `received_at`, both aware UTC."""

    order_id: int
    installer: Installer
    at: datetime
    received_at: datetime


def late_work(*, actor: User, number: str) -> LateWork | None:
    """Return what a post of an earlier holder tells of; None where it is nothing of that kind.

    It has to say when it happened: before the order was taken away, and no longer ago than the
    company allows. Closed orders take nothing more in.
    """
    told = said()
    if told is None or work_orders().filter(on_the_job(actor=actor), number=number).exists():
        return None
    lost = lost_order(actor=actor, number=number)
    if lost is None or not lost.work_order.is_open:
        return None
    oldest = told.received_at - timedelta(hours=offline_hours())
    if not max(oldest, lost.work_order.created_at) <= told.at < lost.at:
        return None
    return LateWork(lost.work_order_id, lost.installer, told.at, told.received_at)
