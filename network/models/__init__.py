"""Org units (who), regions (where) and the territories that join them."""

from network.models.region import Region, RegionDivision
from network.models.territory import ServiceTerritory
from network.models.unit import OrgUnit

__all__ = ["OrgUnit", "Region", "RegionDivision", "ServiceTerritory"]
