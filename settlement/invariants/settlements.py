"""What must always be true of settlements: one per completed order, whose lines sum up and follow."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Q, Sum

from common.invariants import invariant
from common.outbox.models import OPEN, OutboxRow
from settlement.engine.result import check_line
from settlement.explaining import engine_line
from settlement.models import (
    Settlement,
    SettlementLine,
)
from workorders.flow import Meaning
from workorders.models import WorkOrder

CANCELLED = Meaning.CANCELLED.value
ACTIVE = Settlement.Status.ACTIVE


@invariant(
    "I4", "A completed order has one active settlement or a visible problem, no other has one"
)
def orders_are_settled() -> Iterator[str]:
    """Orders whose events are still on their way are left out."""
    coming = _on_the_way()
    counted = WorkOrder.objects.annotate(
        active=Count("settlements", filter=Q(settlements__status=ACTIVE))
    ).exclude(pk__in=coming)
    complete = Q(completed_at__isnull=False)
    unsettled = counted.filter(complete, active=0, settlement_problem=None)
    for number in unsettled.values_list("number", flat=True):
        yield f"order {number} is completed and neither settled nor a problem"
    for number in counted.filter(active__gt=1).values_list("number", flat=True):
        yield f"order {number} has more than one active settlement"
    # Of work that was paid back the charges of the site stay settled.
    charged = Settlement.objects.filter(status=ACTIVE, facts__has_key="refunded")
    others = counted.exclude(meaning=CANCELLED, pk__in=charged.values("work_order"))
    for number in others.filter(~complete, active__gt=0).values_list("number", flat=True):
        yield f"order {number} is not completed and has an active settlement"


def _on_the_way() -> list[int]:
    rows = OutboxRow.objects.filter(OPEN, handler__startswith="settlement.handlers.")
    found = rows.values_list("payload__order_id", flat=True)
    return [int(order_id) for order_id in found if order_id is not None]


@invariant("I5", "An active settlement's lines are what was paid, and the installer's their part")
def lines_sum_up() -> Iterator[str]:
    """Lines against the settlement's own totals, and against the installer's part."""
    lines = (
        Settlement.objects.filter(status=ACTIVE)
        .annotate(
            total=Sum("lines__amount_fen"),
            mine=Sum("lines__amount_fen", filter=Q(lines__party_role="installer")),
        )
        .filter(~Q(total=F("paid_fen")) | ~Q(mine=F("gross_fen")))
    )
    for pk, total, paid in lines.values_list("pk", "total", "paid_fen"):
        yield f"settlement {pk}: its lines sum to {total} fen, paid were {paid} fen"


@invariant("I5", "Every stored amount follows from its own operands")
def lines_follow_from_operands() -> Iterator[str]:
    """Each line derived again with nothing but what stands in it."""
    for row in SettlementLine.objects.order_by("pk").iterator(chunk_size=2000):
        if not check_line(engine_line(row)):
            yield f"line {row.seq} of settlement {row.settlement_id}: {row.amount_fen} fen do not follow"


@invariant("I8", "One line of a shop's order has one work order")
def lines_open_once() -> Iterator[str]:
    """Work orders grouped by what shops call their line."""
    keys = (
        "line__order__platform",
        "line__order__shop_key",
        "line__order__number",
        "line__line_id",
    )
    for row in WorkOrder.objects.values(*keys).annotate(n=Count("pk")).filter(n__gt=1):
        yield f"{' '.join(str(row[key]) for key in keys)} has {row['n']} work orders"
