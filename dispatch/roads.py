"""The travel times of each city: as its finished trips taught, else as everywhere."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from common.remembering import remembered
from dispatch.engine.travel import Travel
from dispatch.models import RoadPace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from network.models import Region
    from workorders.models import WorkOrder


class Roads:
    """The cities' travel times, read once; asked place by place."""

    def __init__(self, paces: Mapping[int, int]) -> None:
        self._paces = paces
        self._known: dict[int, Travel] = {}

    def around(self, region: Region | None) -> Travel:
        """Return the travel times of the nearest region at or above one that something is known of."""
        chain = [int(part) for part in region.path.split(".") if part] if region else []
        learned = next((pk for pk in reversed(chain) if pk in self._paces), 0)
        if learned not in self._known:
            pace = self._paces.get(learned)
            self._known[learned] = Travel(metres_per_hour=pace) if pace else Travel()
        return self._known[learned]

    def of_most(self, orders: Iterable[WorkOrder]) -> Travel:
        """Return the travel times where most of the orders lie."""
        count = Counter(order.site_region for order in orders)
        return self.around(max(count, key=lambda one: count[one])) if count else self.around(None)


def learned_roads() -> Roads:
    """Return what is known of all cities; one query, none inside a `remembering` block."""
    return Roads(_paces())


def learned_paces() -> QuerySet[RoadPace]:
    """Return what each city has taught, the slowest first."""
    return RoadPace.objects.select_related("region").order_by("metres_per_hour", "pk")


def travel_at(order: WorkOrder) -> Travel:
    """Return the travel times around an order's site."""
    return learned_roads().around(order.site_region)


@remembered(lambda: ())
def _paces() -> dict[int, int]:
    return dict(RoadPace.objects.values_list("region_id", "metres_per_hour"))
