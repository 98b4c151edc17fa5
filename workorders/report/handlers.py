"""What brings a service report up to date, and what prints it, in the background."""

from __future__ import annotations

from common.outbox import scheduled, subscribe
from workorders.events import (
    FormFilled,
    MilestoneReached,
    ReportPrintWanted,
    WorkOrderCancelled,
    WorkOrderChanged,
    WorkOrderCompleted,
)
from workorders.report.prints import print_missing, print_report, prints_are_missing
from workorders.report.versions import may_need_a_report
from workorders.services.reports import bring_report_up_to_date


@subscribe(WorkOrderCompleted, queue="bulk", only_news=True)
def on_completed(event: WorkOrderCompleted) -> None:
    """Freeze the report of work that is done."""
    bring_report_up_to_date(order_id=event.order_id)


@subscribe(WorkOrderCancelled, queue="bulk", only_news=True)
def on_cancelled(event: WorkOrderCancelled) -> None:
    """Freeze the report of a visit that ended without the work being done."""
    bring_report_up_to_date(order_id=event.order_id)


@subscribe(MilestoneReached, queue="bulk", only_news=True)
def on_milestone(event: MilestoneReached) -> None:
    """Freeze what was handed in between the end of the work and its approval."""
    bring_report_up_to_date(order_id=event.order_id)


@subscribe(WorkOrderChanged, queue="bulk", only_news=True)
def on_changed(event: WorkOrderChanged) -> None:
    """Freeze a correction of what a report says."""
    if may_need_a_report(event.order_id):
        bring_report_up_to_date(order_id=event.order_id)


@subscribe(FormFilled, queue="bulk", only_news=True)
def on_form_filled(event: FormFilled) -> None:
    """Freeze a form that was filled in after the work."""
    if may_need_a_report(event.order_id):
        bring_report_up_to_date(order_id=event.order_id)


@subscribe(ReportPrintWanted)
def on_print_wanted(event: ReportPrintWanted) -> None:
    """Print the report somebody waits for."""
    print_report(report_id=event.report_id, language=event.language)


@scheduled("workorders.report-prints", every_s=30, when=prints_are_missing)
def print_new_reports() -> None:
    """New reports are printed before anybody asks, some at a time."""
    print_missing()
