"""What must always be true of what platforms told us."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef

from common.clock import wall_now
from common.invariants import invariant
from integrations.models import InboundEvent
from integrations.reaching import SHOPS
from workorders.models import ShopOrder

PATIENCE = timedelta(minutes=5)


@invariant("I9", "Every order a shop told us of, and we noted as taken in, is among our orders")
def told_orders_are_held() -> Iterator[str]:
    """Events that are done against the orders of their shop; what a shop has itself it is asked.

    No check goes over the network: what a shop lists the hourly comparison asks and takes in, and
    `integrations.shop_gap` names every difference of one shop.
    """
    held = ShopOrder.objects.filter(
        platform=OuterRef("connection__platform"),
        shop_key=OuterRef("connection__shop_key"),
        number=OuterRef("order_number"),
    )
    told = InboundEvent.objects.filter(
        ~Exists(held), state=InboundEvent.State.DONE, connection__platform__in=SHOPS
    ).exclude(order_number="")
    for number in told.order_by("order_number").values_list("order_number", flat=True).distinct():
        yield f"order {number} was told and is not held"


@invariant("I10", "Every raw event is understood, put aside or younger than five minutes")
def events_are_worked_off() -> Iterator[str]:
    """New events that nobody has looked at for five minutes."""
    late = InboundEvent.objects.filter(
        state=InboundEvent.State.NEW, received_at__lt=wall_now() - PATIENCE
    )
    for pk, topic in late.values_list("pk", "topic"):
        yield f"event {pk} ({topic}) waits"
