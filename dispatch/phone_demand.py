"""Where there is work: open jobs of the grab pool and what jobs paid, by district, without a map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from common import clock
from dispatch.models import JobOffer
from network.models import ServiceTerritory
from settlement.districts import paid_by_district
from workorders.flow import Meaning
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.db.models import QuerySet

    from accounts.models import Installer

DAYS = 30
FEWEST = 5
"""Of fewer jobs no average is shown: it would be somebody's pay."""
HEATS = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """A district; `mine` of the open jobs are offered to this installer, `heat` is 0 to 4."""

    city: str
    district: str
    open: int
    mine: int
    urgent: int
    jobs: int
    average_fen: int | None
    heat: int


@dataclass(frozen=True, slots=True)
class Demand:
    """The districts of an installer's outlet, those with most open jobs first."""

    tiles: list[Tile]
    open: int
    mine: int
    average_fen: int | None
    outlet: str


def demand_around(*, installer: Installer) -> Demand:
    """Return open jobs and average pay by district of the territory of an installer's outlet.

    Without a territory: of the orders the outlet serves. Three queries.
    """
    here = _orders(installer)
    today = clock.business_day()
    paid = paid_by_district(orders=here, first=today - timedelta(days=DAYS), last=today)
    waiting = _open(installer, here)
    most = max((int(row["open"]) for row in waiting.values()), default=0)
    tiles = []
    for place in {*paid, *waiting}:
        row, known = waiting.get(place, {}), paid.get(place)
        count = int(row.get("open", 0))
        tiles.append(
            Tile(
                city=place[0],
                district=place[1] or place[0],
                open=count,
                mine=int(row.get("mine", 0)),
                urgent=int(row.get("urgent", 0)),
                jobs=known.jobs if known else 0,
                average_fen=known.average_fen if known and known.jobs >= FEWEST else None,
                heat=-(-count * (HEATS - 1) // most) if most else 0,
            )
        )
    tiles.sort(key=lambda tile: (-tile.open, -(tile.average_fen or 0), tile.city, tile.district))
    jobs = sum(each.jobs for each in paid.values())
    whole = sum(each.jobs * each.average_fen for each in paid.values())
    return Demand(
        tiles=tiles,
        open=sum(tile.open for tile in tiles),
        mine=sum(tile.mine for tile in tiles),
        average_fen=whole // jobs if jobs >= FEWEST else None,
        outlet=installer.outlet.name,
    )


def _orders(installer: Installer) -> QuerySet[WorkOrder]:
    territories = ServiceTerritory.objects.filter(outlet=installer.outlet_id)
    paths = list(territories.values_list("region__path", flat=True))
    if not paths:
        return WorkOrder.objects.filter(served_by=installer.outlet_id)
    within = Q()
    for path in paths:
        within |= Q(site_region__path__startswith=path)
    return WorkOrder.objects.filter(within)


def _open(
    installer: Installer, here: QuerySet[WorkOrder]
) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    offers = JobOffer.objects.filter(
        state=JobOffer.State.OPEN,
        expires_at__gt=clock.now(),
        work_order__meaning=Meaning.WAITING.value,
    ).filter(Q(work_order__in=here) | Q(recipients__installer=installer))
    rows = offers.order_by().values("work_order__address__city", "work_order__address__district")
    found = rows.annotate(
        open=Count("pk", distinct=True),
        mine=Count("pk", distinct=True, filter=Q(recipients__installer=installer)),
        urgent=Count("pk", distinct=True, filter=Q(work_order__urgent=True)),
    )
    return {
        (row["work_order__address__city"], row["work_order__address__district"]): row
        for row in found
    }
