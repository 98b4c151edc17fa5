"""Imports industry packs: first a preview that writes nothing, then the confirmed import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Skill
from catalog.models import (
    ImportedPack,
    Material,
    ProductMapping,
    RegionalOverride,
    ServiceItem,
)
from catalog.pack_format import Change, Pack, PackOverride, diff, read_pack, shipped_packs
from catalog.services.items import publish_item
from common import clock
from common.errors import Refused
from common.journal import record
from network.models import RegionDivision

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import Region

EVERY_MONTH = set(range(1, 13))


def shipped_pack(code: str) -> Pack:
    """Return a shipped pack by its code; Refused when there is none."""
    for path in shipped_packs():
        if path.stem == code:
            return read_pack(path)
    raise Refused("pack.unknown", _("There is no such industry pack"))


def preview_pack(code: str) -> tuple[Pack, dict[str, Change]]:
    """Return the pack and, by item code, what an import would do. Nothing is written."""
    pack = shipped_pack(code)
    return pack, diff(pack, _known(pack))


def _known(pack: Pack) -> dict[str, str]:
    items = ServiceItem.objects.select_related("current").filter(
        code__in=[item.code for item in pack.items]
    )
    return {item.code: item.current.sha256 for item in items if item.current}


@transaction.atomic
def import_pack(code: str, *, actor: User | None) -> ImportedPack:
    """Import a pack: skills, materials, new versions of changed items, mappings, overrides."""
    pack = shipped_pack(code)
    changes = list(diff(pack, _known(pack)).values())
    for skill in pack.skills:
        Skill.objects.get_or_create(code=skill.code, defaults={"name": skill.name})
    for material in pack.materials:
        Material.objects.update_or_create(
            code=material.code,
            defaults={
                "name": material.name,
                "unit": material.unit,
                "kind": material.kind,
                "unit_price_fen": material.unit_price_fen,
            },
        )
    for item in pack.items:
        publish_item(body=item, industry=pack.code, actor=actor)
    _map_products(pack)
    apply_overrides(pack)
    imported = ImportedPack.objects.create(
        code=pack.code,
        version=pack.version,
        sha256=pack.sha256,
        created_items=changes.count(Change.NEW),
        changed_items=changes.count(Change.CHANGED),
        imported_at=clock.now(),
    )
    record(actor, "pack.imported", imported, code=pack.code, version=pack.version)
    return imported


def _map_products(pack: Pack) -> None:
    items = ServiceItem.objects.in_bulk([i.code for i in pack.items], field_name="code")
    for hint in pack.mappings:
        for prefix in hint.prefixes:
            ProductMapping.objects.get_or_create(
                platform="", product_code=f"{prefix}*", defaults={"item": items[hint.item]}
            )


def apply_overrides(pack: Pack) -> int:
    """Give the regions that exist the pack's regional overrides; return how many are new.

    Called again when regions are added later; what a region changed itself stays.
    """
    # Locked in one order: two that add regions at the same time take turns and see each other's.
    locked = ServiceItem.objects.select_for_update().order_by("pk")
    items = {row.code: row for row in locked.filter(code__in=[i.code for i in pack.items])}
    codes = {code for override in pack.overrides for code in override.divisions}
    regions = {
        row.code: row.region
        for row in RegionDivision.objects.select_related("region").filter(code__in=codes)
    }
    made = 0
    for override in pack.overrides:
        need = override.materials[0] if override.materials else None
        for code in override.divisions:
            if code not in regions or _is_covered(items[override.item], regions[code], override):
                continue
            RegionalOverride.objects.create(
                item=items[override.item],
                region=regions[code],
                months=list(override.months),
                minutes_bp=override.minutes_bp,
                extra_minutes=override.extra_minutes,
                material_code=need.code if need else "",
                material_milli=need.milli if need else 0,
                note=override.note,
                since=clock.now(),
            )
            made += 1
    return made


def _is_covered(item: ServiceItem, region: Region, override: PackOverride) -> bool:
    """Whether the region has an override of its own, or this one, in any of the months."""
    months = set(override.months) or EVERY_MONTH
    present = RegionalOverride.objects.current().filter(item=item, region=region)
    return any(months & (set(row.months) or EVERY_MONTH) for row in present)


@transaction.atomic
def apply_imported_overrides() -> int:
    """Give regions added since the overrides of every pack imported so far; return how many."""
    codes = set(ImportedPack.objects.values_list("code", flat=True))
    known = {path.stem for path in shipped_packs()}
    return sum(apply_overrides(shipped_pack(code)) for code in sorted(codes & known))
