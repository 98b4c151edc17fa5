"""Questions about the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from accounts.selectors import skills
from catalog.models import (
    ImportedPack,
    Material,
    ProductMapping,
    RegionalOverride,
    ServiceItem,
    ServiceItemVersion,
)
from catalog.pack_format import read_pack, shipped_packs
from catalog.product_hints import suggested_item
from common.remembering import remembered
from network.selectors import managed_regions, visible_regions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from django.db.models import QuerySet

    from accounts.models import User
    from catalog.pack_shapes import Pack


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a shop's product asks for; `item` None means: no service at all."""

    item: ServiceItem | None
    price_included: bool


@remembered(lambda *, platform, codes: (platform, codes))
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


def filtered_items(*, chosen: Mapping[str, Any]) -> QuerySet[ServiceItem]:
    """Items that fit `q` (name or code), `category` and `state`, with `override_count`."""
    items = (
        ServiceItem.objects.select_related("current")
        .annotate(override_count=Count("overrides"))
        .order_by("category", "code")
    )
    if q := str(chosen.get("q") or "").strip():
        items = items.filter(Q(name__icontains=q) | Q(code__icontains=q))
    if category := chosen.get("category"):
        items = items.filter(category=category)
    if state := chosen.get("state"):
        items = items.filter(is_active=state == "on")
    return items


def items() -> QuerySet[ServiceItem]:
    """All items with their current version, also withdrawn ones."""
    return ServiceItem.objects.select_related("current")


def versions(item: ServiceItem) -> QuerySet[ServiceItemVersion]:
    """All versions of an item, the newest first."""
    return ServiceItemVersion.objects.filter(item=item).order_by("-number")


def visible_overrides(*, actor: User) -> QuerySet[RegionalOverride]:
    """Overrides in the regions a person may look at."""
    return (
        RegionalOverride.objects.current()
        .select_related("region", "item__current")
        .filter(region__in=visible_regions(actor=actor))
        .order_by("region__path", "pk")
    )


def managed_overrides(*, actor: User) -> QuerySet[RegionalOverride]:
    """Overrides in the regions a person answers for."""
    current = RegionalOverride.objects.current().select_related("region", "item__current")
    return current.filter(region__in=managed_regions(actor=actor))


def categories() -> list[str]:
    """The categories in use, in order."""
    names = ServiceItem.objects.order_by("category").values_list("category", flat=True)
    return list(names.distinct())


def industry_choices() -> list[tuple[str, str]]:
    """Industries as (code, name): those of the shipped packs."""
    return [(pack.code, pack.name) for pack in _packs()]


def material_codes() -> frozenset[str]:
    """Codes of the materials in use."""
    return frozenset(materials().values_list("code", flat=True))


def material_names() -> dict[str, str]:
    """Names of all materials by their codes."""
    return dict(Material.objects.values_list("code", "name"))


def skill_names() -> dict[str, str]:
    """Names of all trades by their codes."""
    return dict(skills().values_list("code", "name"))


def all_materials() -> QuerySet[Material]:
    """All materials, also those no longer in use."""
    return Material.objects.order_by("code")


def mappings(*, q: str = "") -> QuerySet[ProductMapping]:
    """Product mappings whose code or item fits the words."""
    found = ProductMapping.objects.select_related("item").order_by("product_code", "platform")
    if q:
        found = found.filter(Q(product_code__icontains=q) | Q(item__name__icontains=q))
    return found


@dataclass(frozen=True, slots=True)
class PackCard:
    """A shipped pack with what a gallery says about it; `imported_version` is empty when never."""

    pack: Pack
    item_count: int
    minutes: int
    imported_version: str
    is_current: bool


def pack_cards() -> list[PackCard]:
    """Every shipped pack and whether this company has it, in this version or an older one."""
    latest: dict[str, ImportedPack] = {}
    for row in ImportedPack.objects.order_by("imported_at", "pk"):
        latest[row.code] = row
    return [_card(pack, latest.get(pack.code)) for pack in _packs()]


def _card(pack: Pack, imported: ImportedPack | None) -> PackCard:
    return PackCard(
        pack=pack,
        item_count=len(pack.items),
        minutes=sum(item.labor_minutes for item in pack.items),
        imported_version=imported.version if imported else "",
        is_current=imported is not None and imported.sha256 == pack.sha256,
    )


def _packs() -> tuple[Pack, ...]:
    return tuple(_read(path) for path in shipped_packs())


@cache
def _read(path: Path) -> Pack:
    """Read a shipped file once a process: it changes with the program only."""
    return read_pack(path)


def suggestion(*, product_code: str, title: str) -> ServiceItem | None:
    """The item the imported packs' hints suggest for a product, None when none fits alone.

    A suggestion is shown to a person who maps a waiting line; it never maps by itself.
    """
    hints = [hint for pack in _packs() for hint in pack.mappings]
    code = suggested_item(hints, product_code=product_code, title=title)
    return active_items().filter(code=code).first() if code else None
