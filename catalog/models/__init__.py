"""The service catalog: packs, items with immutable versions, materials, overrides, mappings."""

from catalog.models.item import ServiceItem, ServiceItemVersion
from catalog.models.mapping import ProductMapping
from catalog.models.material import Material
from catalog.models.override import RegionalOverride
from catalog.models.pack import ImportedPack
from catalog.models.video import StepVideo

__all__ = [
    "ImportedPack",
    "Material",
    "ProductMapping",
    "RegionalOverride",
    "ServiceItem",
    "ServiceItemVersion",
    "StepVideo",
]
