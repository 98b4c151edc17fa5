"""Org units (who), regions (where), their lists of levels, and what joins them."""

from network.models.geofence import Geofence
from network.models.place_fact import PlaceFact
from network.models.region import Region, RegionDivision
from network.models.territory import ServiceTerritory
from network.models.tier import Tier
from network.models.unit import OrgUnit

__all__ = [
    "Geofence",
    "OrgUnit",
    "PlaceFact",
    "Region",
    "RegionDivision",
    "ServiceTerritory",
    "Tier",
]
