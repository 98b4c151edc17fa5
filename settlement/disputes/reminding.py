"""Reminders: whoever a dispute waits for is told at half of its time and a day before it is up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from common import clock
from settlement.disputes import flow
from settlement.disputes.said import reminder_text
from settlement.disputes.steps import lock_dispute, write_step
from settlement.disputes.waiting import who_acts
from settlement.models import Dispute

if TYPE_CHECKING:
    from datetime import datetime

LAST_CALL = timedelta(hours=24)


def to_remind() -> list[tuple[int, datetime]]:
    """Return open disputes whose reminder is due, and since when; oldest first."""
    found = Dispute.objects.filter(remind_at__lte=clock.now(), state__in=flow.OPEN)
    rows = found.order_by("remind_at", "pk").values_list("pk", "remind_at")
    return [(pk, remind_at) for pk, remind_at in rows if remind_at is not None]


@transaction.atomic
def remind(*, dispute_id: int) -> Dispute:
    """Note that who has to act is reminded, with their names, for the case report and the cards.

    Nothing when somebody acted meanwhile, or when the time is up: then the clock makes its move.
    """
    dispute, now = lock_dispute(dispute_id), clock.now()
    due_at, remind_at = dispute.due_at, dispute.remind_at
    if not dispute.is_open or due_at is None or remind_at is None or remind_at > now:
        return dispute
    last = due_at - LAST_CALL
    dispute.remind_at = last if now < last else None
    dispute.save(update_fields=["remind_at"])
    if now < due_at:
        text = reminder_text(who_acts(dispute))
        write_step(dispute, "remind", source=dispute.state, actor=None, text=text)
    return dispute
