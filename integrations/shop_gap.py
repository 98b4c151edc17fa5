"""I9: what a shop has and we have not, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations.reaching import shop_of
from integrations.services.pulling import differences
from workorders.models import ShopOrder

if TYPE_CHECKING:
    from datetime import datetime

    from integrations.models import Connection


@dataclass(frozen=True, slots=True)
class ShopGap:
    """Order numbers that only one side knows, that we know in an older version, or without a refund."""

    only_theirs: tuple[str, ...]
    older_here: tuple[str, ...]
    only_ours: tuple[str, ...]

    @property
    def is_closed(self) -> bool:
        """Whether both sides say the same."""
        return not (self.only_theirs or self.older_here or self.only_ours)


def shop_gap(connection: Connection, *, start: datetime, end: datetime) -> ShopGap:
    """Return how a shop's list of what changed in start..end differs from what we have of it.

    Asks the shop; raises PlatformError. Only ours: orders placed in the window that the shop does
    not list, which a list that lags half a minute explains at the very end of the window.
    """
    shop = shop_of(connection)
    rows = list(shop.changed(start, end, thorough=True))
    found = differences(connection, rows, list(shop.refunds(start, end)))
    shop.finish()
    ours = ShopOrder.objects.filter(
        platform=connection.platform,
        shop_key=connection.shop_key,
        placed_at__gte=start,
        placed_at__lte=end,
    ).values_list("number", flat=True)
    return ShopGap(
        only_theirs=tuple(listed.number for listed in found.missing),
        older_here=(*(listed.number for listed in found.stale), *found.refunded),
        only_ours=tuple(sorted(set(ours) - found.numbers)),
    )
