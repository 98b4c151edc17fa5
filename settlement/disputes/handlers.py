"""The background steps of disputes; `settlement.handlers` brings them to the outbox."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from common import clock
from common.outbox import Event, announce, scheduled, subscribe
from common.outbox.models import OutboxRow
from settlement.disputes.events import DisputeOverdue, DisputeReportWanted, DisputeUnanswered
from settlement.disputes.reminding import remind, to_remind
from settlement.disputes.report import make_report
from settlement.disputes.silence import overdue, time_out

if TYPE_CHECKING:
    from datetime import datetime

QUARTER_S = 900
MOST = 200
"""How much is announced at one look, of either kind."""


@scheduled("settlement.disputes-due", every_s=QUARTER_S)
def look_at_the_clock() -> None:
    """Have the clock's moves made and reminders given where it is time, each by a task of its own.

    One that failed for good is tried anew on the next day: held money does not wait for who mends it.
    """
    _announce_new("dispute-overdue", overdue(), DisputeOverdue)
    _announce_new("dispute-remind", to_remind(), DisputeUnanswered)


def _announce_new(
    name: str, due: list[tuple[int, datetime]], event: Callable[[int], Event]
) -> None:
    """Announce what has no row of today yet, MOST of it: what failed is in nobody's way."""
    day, left = clock.business_day().isoformat(), MOST
    keys = {f"{name}:{pk}:{at.timestamp():.0f}:{day}": pk for pk, at in due}
    rest = iter(keys)
    while left and (page := list(islice(rest, MOST))):
        there = set(OutboxRow.objects.filter(key__in=page).values_list("key", flat=True))
        new = [key for key in page if key not in there][:left]
        left -= len(new)
        for key in new:
            announce(event(keys[key]), key=key)


@subscribe(DisputeOverdue, queue="bulk")
def on_overdue(event: DisputeOverdue) -> None:
    """Make the clock's move on a dispute, unless somebody was faster."""
    time_out(dispute_id=event.dispute_id)


@subscribe(DisputeUnanswered, queue="bulk")
def on_unanswered(event: DisputeUnanswered) -> None:
    """Remind who has to act, unless somebody did."""
    remind(dispute_id=event.dispute_id)


@subscribe(DisputeReportWanted, queue="bulk")
def on_report_wanted(event: DisputeReportWanted) -> None:
    """Make the case report somebody waits for."""
    make_report(dispute_id=event.dispute_id, language=event.language)
