"""Rows of the network as their forms show them: typed text by field, for two editors of one row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from network.models import Geofence, OrgUnit, Region, ServiceTerritory, Tier

_PLAIN = ("code", "name", "level", "city_level", "price_band", "cost_level", "order_type")


def shown_region(region: Region, codes: Iterable[str]) -> dict[str, str]:
    """Return a region with the codes of its divisions."""
    return {
        **{name: getattr(region, name) for name in _PLAIN},
        "parent": _id(region.parent_id),
        "codes": " ".join(sorted(codes)),
        "branch": _id(region.branch_id),
    }


def shown_unit(unit: OrgUnit) -> dict[str, str]:
    """Return a unit."""
    return {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind,
        "parent": _id(unit.parent_id),
        "agent": _id(unit.agent_id),
        "phone": unit.phone,
        "address": unit.address,
        "district": unit.division_code,
        "lon": _degrees(unit.lon),
        "lat": _degrees(unit.lat),
        "radius_km": str(max(1, unit.service_radius_m // 1000)),
        "is_active": "on" if unit.is_active else "",
    }


def shown_tier(tier: Tier) -> dict[str, str]:
    """Return what of an entry of a list can be changed."""
    return {"name": tier.name}


def shown_territory(territory: ServiceTerritory) -> dict[str, str]:
    """Return which region an outlet serves, and how."""
    return {
        "outlet": _id(territory.outlet_id),
        "region": _id(territory.region_id),
        "radius_km": str(max(1, territory.radius_m // 1000)),
        "priority": str(territory.priority),
    }


def shown_geofence(geofence: Geofence) -> dict[str, str]:
    """Return a geofence; its code is given once."""
    return {
        "name": geofence.name,
        "lon": _degrees(geofence.lon),
        "lat": _degrees(geofence.lat),
        "radius_km": f"{Decimal(geofence.radius_m) / 1000:f}",
    }


def _id(pk: int | None) -> str:
    return "" if pk is None else str(pk)


def _degrees(value: Decimal | None) -> str:
    return "" if value is None else f"{Decimal(value):.6f}"
