"""Which region a site's figures are shown under: its city, province or big region."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from network.models import Region, RegionDivision

NOWHERE = 0
"""Stands for orders whose site has no region."""

_WIDTH = {level: depth for depth, level in enumerate(Region.Level.values)}


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a site region is shown: its column, and the first two digits of its province's code."""

    column: int
    province: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of some site regions, and the names of all columns and regions above them."""

    places: dict[int, Placed]
    names: dict[int, str]

    def of(self, region_id: int | None) -> Placed:
        """Return where a site region is shown."""
        return self.places.get(region_id or NOWHERE, Placed(NOWHERE, ""))


def columns_for(region_ids: Iterable[int | None], level: str) -> Columns:
    """Return each region's nearest region above it (or itself) that is as wide as the level.

    A region wider than the level stands for itself. Three queries, however many regions.
    """
    wanted = {pk for pk in region_ids if pk}
    paths = dict(Region.objects.filter(pk__in=wanted).values_list("pk", "path"))
    chains = {pk: _ids(path) for pk, path in paths.items()}
    all_ids = {pk for chain in chains.values() for pk in chain} | wanted
    known = {
        pk: (name, _WIDTH[wide])
        for pk, name, wide in Region.objects.filter(pk__in=all_ids).values_list(
            "pk", "name", "level"
        )
    }
    provinces = _provinces(all_ids)
    places = {}
    for pk, chain in chains.items():
        up = [step for step in (*chain, pk) if step in known]
        wide = [step for step in up if known[step][1] <= _WIDTH[level]]
        province = next((provinces[step] for step in reversed(up) if step in provinces), "")
        places[pk] = Placed(wide[-1] if wide else pk, province)
    return Columns(places, {pk: name for pk, (name, _wide) in known.items()})


def regions_in_column(column: int, level: str) -> list[int]:
    """Return the ids of all regions whose figures are shown in a column."""
    top = Region.objects.filter(pk=column).first()
    if top is None:
        return []
    below = list(Region.objects.filter(path__startswith=top.path).values_list("pk", flat=True))
    shown = columns_for(below, level)
    return [pk for pk in below if shown.of(pk).column == column]


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.split(".") if part]


def _provinces(region_ids: Iterable[int]) -> dict[int, str]:
    """First two digits of a division code (GB/T 2260) by region, for regions within one province."""
    found: dict[int, set[str]] = {}
    rows = RegionDivision.objects.filter(region__in=region_ids).values_list("region_id", "code")
    for region_id, code in rows:
        found.setdefault(region_id, set()).add(code[:2])
    return {pk: codes.pop() for pk, codes in found.items() if len(codes) == 1}
