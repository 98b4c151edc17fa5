"""The background steps of disputes; `settlement.handlers` brings them to the outbox."""

from __future__ import annotations

from common.outbox import scheduled, subscribe
from settlement.disputes.events import DisputeReportWanted
from settlement.disputes.report import make_report
from settlement.disputes.silence import overdue, time_out

QUARTER_S = 900


@scheduled("settlement.disputes-due", every_s=QUARTER_S)
def end_what_is_overdue() -> None:
    """Make the clock's moves on disputes whose time is up."""
    for dispute_id in overdue():
        time_out(dispute_id=dispute_id)


@subscribe(DisputeReportWanted, queue="bulk")
def on_report_wanted(event: DisputeReportWanted) -> None:
    """Make the case report somebody waits for."""
    make_report(dispute_id=event.dispute_id)
