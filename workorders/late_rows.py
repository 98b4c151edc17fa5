"""Orders over their time as the bottleneck view lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from workorders.listing import order_rows
from workorders.models import TimelineEvent

if TYPE_CHECKING:
    from workorders.listing import OrderRow
    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class LateRow:
    """An order over its time; `is_nudged` says that somebody was reminded of it today."""

    row: OrderRow
    holder: str
    is_nudged: bool


def late_rows(orders: list[WorkOrder]) -> list[LateRow]:
    """Return orders with the names of their stages and whether they were reminded of; two queries."""
    start, end = clock.day_span(clock.business_day())
    today = TimelineEvent.objects.filter(code="nudged", at__gte=start, at__lt=end)
    nudged = set(today.filter(work_order__in=orders).values_list("work_order", flat=True))
    return [
        LateRow(
            row,
            row.order.installer.user.display_name if row.order.installer else "",
            row.order.pk in nudged,
        )
        for row in order_rows(orders)
    ]
