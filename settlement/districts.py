"""What jobs paid installers lately, by district."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Avg, Count

from settlement.models import Settlement

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from workorders.models import WorkOrder


class Paid(NamedTuple):
    """How many jobs of a district were settled, and what one of them paid on average."""

    jobs: int
    average_fen: int


def paid_by_district(
    *, orders: QuerySet[WorkOrder], first: date, last: date
) -> dict[tuple[str, str], Paid]:
    """Return by (city, district) what orders completed from the first to the last day paid.

    Of an order several people shared it is what all of them got.
    """
    settled = Settlement.objects.filter(
        status=Settlement.Status.ACTIVE, done_on__range=(first, last), work_order__in=orders
    )
    rows = settled.order_by().values_list(
        "work_order__address__city", "work_order__address__district"
    )
    found = rows.annotate(jobs=Count("pk"), average=Avg("gross_fen"))
    return {(city, district): Paid(jobs, int(average)) for city, district, jobs, average in found}
