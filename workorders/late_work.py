"""What an installer did on an order before it was taken from them, told after that by their phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import formatting
from common.errors import Gone
from common.journal.happened import said
from workorders.crew import on_the_job
from workorders.happened import offline_hours
from workorders.phone_days import losses
from workorders.selectors import work_orders

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer, User
    from workorders.models import InstallerNotice


@dataclass(frozen=True, slots=True)
class LateWork:
    """Work of an earlier holder: done `at`, told at `received_at`, both aware UTC."""

    order_id: int
    installer: Installer
    at: datetime
    received_at: datetime


def late_work(*, actor: User, number: str) -> LateWork | None:
    """Return what a post of an earlier holder tells of; None where it is nothing of that kind.

    It has to say when it happened, no longer ago than the company allows. Closed orders take
    nothing more in, nor does one that was taken away before it happened. Raises Gone with the times
    for what happened while the order was not theirs yet, or was somebody else's in between.
    """
    told = said()
    if told is None or work_orders().filter(on_the_job(actor=actor), number=number).exists():
        return None
    held = list(losses(actor=actor, number=number).select_related("installer__user"))
    if not held or not held[0].work_order.is_open or told.at >= held[0].at:
        return None
    if told.at < told.received_at - timedelta(hours=offline_hours()):
        return None
    for lost in held:
        if _began(lost) <= told.at < lost.at:
            return LateWork(lost.work_order_id, lost.installer, told.at, told.received_at)
    raise Gone("order.not_yours_then", _not_theirs(told.at, held[0]))


def _began(lost: InstallerNotice) -> datetime:
    return lost.since or lost.work_order.created_at


def _not_theirs(at: datetime, lost: InstallerNotice) -> str:
    words = _(
        "This was done on %(moment)s, when the work order was not yours: you had it from"
        " %(since)s to %(until)s. Talk to your dispatcher if that is wrong"
    )
    return words % {
        "moment": formatting.full_time(at),
        "since": formatting.full_time(_began(lost)),
        "until": formatting.full_time(lost.at),
    }
