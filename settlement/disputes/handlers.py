"""The background steps of disputes; `settlement.handlers` brings them to the outbox."""

from __future__ import annotations

from common import clock
from common.outbox import announce, scheduled, subscribe
from settlement.disputes.events import DisputeOverdue, DisputeReportWanted, DisputeUnanswered
from settlement.disputes.reminding import remind, to_remind
from settlement.disputes.report import make_report
from settlement.disputes.silence import overdue, time_out

QUARTER_S = 900


@scheduled("settlement.disputes-due", every_s=QUARTER_S)
def look_at_the_clock() -> None:
    """Have the clock's moves made and reminders given where it is time, each by a task of its own.

    One that failed for good is tried anew on the next day: held money does not wait for who mends it.
    """
    day = clock.business_day().isoformat()
    for dispute_id, due_at in overdue():
        key = f"dispute-overdue:{dispute_id}:{due_at.timestamp():.0f}:{day}"
        announce(DisputeOverdue(dispute_id), key=key)
    for dispute_id, remind_at in to_remind():
        key = f"dispute-remind:{dispute_id}:{remind_at.timestamp():.0f}:{day}"
        announce(DisputeUnanswered(dispute_id), key=key)


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
