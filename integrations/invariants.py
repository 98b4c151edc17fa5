"""What must always hold between the platforms and us; each check returns what breaks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from common.clock import wall_now
from integrations.models import Connection, InboundEvent
from integrations.reaching import shop_of
from integrations.services.pulling import differences
from workorders.models import ShopOrder, WorkOrder

UNSETTLED_FOR = timedelta(minutes=5)
"""Longer than this no event may wait without being done, parked or given up visibly."""
_NAMED = 20


@dataclass(frozen=True, slots=True)
class ShopGap:
    """Order numbers that only one side knows, or that we know in an older version."""

    only_theirs: tuple[str, ...]
    older_here: tuple[str, ...]
    only_ours: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        """Whether both sides say the same."""
        return not (self.only_theirs or self.older_here or self.only_ours)


def lines_with_two_work_orders() -> list[str]:
    """I8: one (platform, shop, order, line) has one work order."""
    key = ("line__order__platform", "line__order__shop_key", "line__order__number", "line__line_id")
    rows = WorkOrder.objects.values(*key).annotate(many=Count("pk")).filter(many__gt=1)
    return [" ".join(str(row[name]) for name in key) for row in rows.order_by(*key)[:_NAMED]]


def shop_gap(connection: Connection, *, start: datetime, end: datetime) -> ShopGap:
    """I9: what the shop lists as changed in start..end and what we have of it, both ways.

    Asks the shop; raises PlatformError. Only ours: orders placed in the window that the shop does
    not list, which a list that lags half a minute explains at the very end of the window.
    """
    shop = shop_of(connection)
    found = differences(connection, list(shop.changed(start, end, thorough=True)))
    shop.finish()
    ours = ShopOrder.objects.filter(
        platform=connection.platform,
        shop_key=connection.shop_key,
        placed_at__gte=start,
        placed_at__lte=end,
    ).values_list("number", flat=True)
    return ShopGap(
        only_theirs=tuple(listed.number for listed in found.missing),
        older_here=tuple(listed.number for listed in found.stale),
        only_ours=tuple(sorted(set(ours) - found.numbers)),
    )


def events_in_the_dark() -> list[str]:
    """I10: every inbound event is settled or younger than five minutes."""
    old = InboundEvent.objects.filter(
        state=InboundEvent.State.NEW, received_at__lt=wall_now() - UNSETTLED_FOR
    ).order_by("pk")
    return [f"{event.source} {event.external_id}" for event in old[:_NAMED]]
