"""Which reports an order has, and whether its work is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workorders.models import CheckIn, ServiceReport, WorkOrder

if TYPE_CHECKING:
    from django.db.models import QuerySet


def reports_of(order: WorkOrder) -> QuerySet[ServiceReport]:
    """Return the versions of an order's report, the newest first."""
    return ServiceReport.objects.filter(work_order=order).order_by("-version")


def newest_report(order: WorkOrder) -> ServiceReport | None:
    """Return the version that counts; None before there is one."""
    return reports_of(order).first()


def is_over(order: WorkOrder) -> bool:
    """Whether there is something to report: work completed, or ended after somebody had come."""
    if order.completed_at is not None:
        return True
    if order.cancelled_at is None:
        return False
    return order.started_at is not None or CheckIn.objects.filter(work_order=order).exists()


def may_need_a_report(order_id: int) -> bool:
    """Whether an order is no longer worked on; one cheap query, before it is locked and read."""
    order = WorkOrder.objects.filter(pk=order_id)
    return order.exclude(completed_at=None, cancelled_at=None).exists()
