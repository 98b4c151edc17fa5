"""Questions about the two trees."""

from __future__ import annotations

from network.models import OrgUnit, Region, RegionDivision


def subtree_ids(unit: OrgUnit) -> list[int]:
    """Return the ids of a unit and of every unit below it."""
    return list(OrgUnit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True))


def region_for_division(code: str) -> Region | None:
    """Return the narrowest region that lists the division or one above it (district, city, province)."""
    candidates = [code, code[:4] + "00", code[:2] + "0000"] if code else []
    found = {
        row.code: row.region
        for row in RegionDivision.objects.filter(code__in=candidates).select_related("region")
    }
    return next((found[c] for c in candidates if c in found), None)


def region_chain(region: Region) -> list[Region]:
    """Return the regions from the widest to this one, in one query."""
    ids = [int(part) for part in region.path.split(".") if part]
    by_id = {row.pk: row for row in Region.objects.select_related("branch").filter(pk__in=ids)}
    return [by_id[pk] for pk in ids if pk in by_id]


def inherited(region: Region, field: str) -> object:
    """Return a value (city_level, price_band, cost_level, branch) from here or the nearest above."""
    for step in reversed(region_chain(region)):
        if value := getattr(step, field):
            return value
    return None
