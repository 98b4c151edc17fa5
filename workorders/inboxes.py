"""What waits for a person: products without a service item, sites nobody could place, tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min, Q, QuerySet

from customers.models import Address
from workorders.flow import Meaning
from workorders.models import ShopOrderLine
from workorders.models.order import OPEN_MEANINGS
from workorders.selectors import visible_work_orders
from workorders.waiting import open_tasks

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from workorders.models import WorkOrder

_MOST = 200
_BEFORE_COMPLETION = [each for each in OPEN_MEANINGS if each != Meaning.IN_REVIEW.value]


@dataclass(frozen=True, slots=True)
class UnmappedProduct:
    """A product of a platform with the lines that wait for it; `line_id` is the oldest one."""

    line_id: int
    platform: str
    product_code: str
    title: str
    sku_text: str
    lines: int
    paid_fen: int
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """How many of each inbox wait."""

    unmapped: int
    unlocated: int
    tasks: int


def unmapped_lines(*, actor: User) -> QuerySet[ShopOrderLine]:
    """Return the lines of the actor's units that no service item was found for."""
    lines = ShopOrderLine.objects.filter(state=ShopOrderLine.State.UNMAPPED)
    return lines if actor.sees_everything else lines.filter(order__sold_by__in=actor.units)


def unmapped_products(*, actor: User) -> list[UnmappedProduct]:
    """Return the waiting products, the most waiting lines first, 200 at most."""
    grouped = (
        unmapped_lines(actor=actor)
        .values("order__platform", "product_code", "title")
        .annotate(
            line_id=Min("pk"),
            sku=Max("sku_text"),
            n=Count("pk"),
            paid=Max("paid_fen"),
            since=Min("order__placed_at"),
        )
        .order_by("-n", "since")
    )
    return [
        UnmappedProduct(
            line_id=row["line_id"],
            platform=row["order__platform"],
            product_code=row["product_code"],
            title=row["title"],
            sku_text=row["sku"],
            lines=row["n"],
            paid_fen=row["paid"],
            since=row["since"],
        )
        for row in grouped[:_MOST]
    ]


def unlocated_orders(*, actor: User) -> QuerySet[WorkOrder]:
    """Return the open orders whose site has no price region yet or no place on the map."""
    open_ones = visible_work_orders(actor=actor).filter(meaning__in=_BEFORE_COMPLETION)
    # Ids of the few such addresses: joining the address of every open order takes far longer.
    nowhere = Address.objects.filter(precision=Address.Precision.NONE).values("pk")
    return open_ones.filter(Q(site_region=None) | Q(address__in=nowhere)).order_by("created_at")


def waiting_counts(*, actor: User) -> WaitingCounts:
    """Return how many products, sites and tasks wait for somebody."""
    return WaitingCounts(
        unmapped=unmapped_lines(actor=actor).count(),
        unlocated=unlocated_orders(actor=actor).order_by()[:_MOST].count(),
        tasks=open_tasks(actor=actor).order_by()[:_MOST].count(),
    )
