"""How busy business areas are, and what waits for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from common import clock
from network.models import Region
from network.selectors import managed_regions
from settlement.models import AreaHeat
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from accounts.models import User

LIMIT = 100
"""Orders a month; more than that, and the manager is asked."""
MONTHS = 6


@dataclass(frozen=True, slots=True)
class AreaShown:
    """A business area with its months, the oldest first, and this month's question if there is one."""

    area: Region
    months: tuple[int, ...]
    heat: AreaHeat | None

    @property
    def orders(self) -> int:
        """Orders completed this month."""
        return self.months[-1]

    @property
    def before(self) -> int:
        """Orders completed in the month before."""
        return self.months[-2]

    @property
    def is_busy(self) -> bool:
        """Whether there are more than the limit."""
        return self.orders > LIMIT

    @property
    def share(self) -> int:
        """How much of the limit that is, per cent, at most 100."""
        return min(100, 100 * self.orders // LIMIT)


def orders_by_area(month: date) -> dict[int, int]:
    """Return completed orders by id of the business area in a month (its first day)."""
    start, _end = clock.day_span(month)
    until, _end = clock.day_span(_next(month))
    found = WorkOrder.objects.filter(
        site_region__level=Region.Level.BUSINESS_AREA,
        completed_at__gte=start,
        completed_at__lt=until,
    )
    rows = found.order_by().values_list("site_region").annotate(orders=Count("pk"))
    return {area_id: orders for area_id, orders in rows if area_id is not None}


def areas_shown(*, actor: User) -> list[AreaShown]:
    """Return the business areas the actor answers for, the busiest of this month first."""
    this = clock.business_day().replace(day=1)
    months = _months_until(this)
    counted = [orders_by_area(month) for month in months]
    heats = {heat.area_id: heat for heat in visible_heats(actor=actor).filter(month=this)}
    areas = managed_regions(actor=actor).filter(level=Region.Level.BUSINESS_AREA)
    shown = [
        AreaShown(area, tuple(by_area.get(area.pk, 0) for by_area in counted), heats.get(area.pk))
        for area in areas
    ]
    return sorted(shown, key=lambda each: (-each.orders, each.area.name))


def visible_heats(*, actor: User) -> QuerySet[AreaHeat]:
    """Return the questions about areas the actor answers for."""
    found = AreaHeat.objects.select_related("area__parent", "decided_by")
    if actor.sees_everything:
        return found
    return found.filter(area__in=managed_regions(actor=actor).values("pk"))


def waiting_heats(*, actor: User) -> int:
    """Return how many questions wait for this person."""
    return visible_heats(actor=actor).filter(state=AreaHeat.State.ASKED).count()


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _months_until(month: date) -> list[date]:
    found = [month]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]
