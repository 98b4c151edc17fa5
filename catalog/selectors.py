"""Questions about the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.models import Material, ProductMapping, ServiceItem

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a shop's product asks for; `item` None means: no service at all."""

    item: ServiceItem | None
    price_included: bool


def map_product(*, platform: str, codes: tuple[str, ...]) -> Mapped | None:
    """Return what the first known code asks for, None when no code is mapped.

    The platform's own mapping goes before the one for any platform; `codes` come most specific
    first. An exact code goes before a prefix: a stored code ending in `*` stands for a family.
    """
    wanted = [*codes, *(f"{code[:n]}*" for code in codes for n in range(len(code), 0, -1))]
    found = {
        (row.product_code, row.platform): row
        for row in ProductMapping.objects.select_related("item__current").filter(
            product_code__in=wanted, platform__in=[platform, ""]
        )
    }
    for code in wanted:
        row = found.get((code, platform)) or found.get((code, ""))
        if row is not None:
            return Mapped(row.item, row.price_included)
    return None


def active_items() -> QuerySet[ServiceItem]:
    """Items that new orders may use, with their current version."""
    return ServiceItem.objects.filter(is_active=True, current__isnull=False).select_related(
        "current"
    )


def materials() -> QuerySet[Material]:
    """Materials in use."""
    return Material.objects.filter(is_active=True)
