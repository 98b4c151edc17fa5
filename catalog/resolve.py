"""What an item is in a region on a day: headquarters' core with the region's permitted changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.item_body import ItemBody, body_of_version
from catalog.models import Material, RegionalOverride, ServiceItemVersion
from common.remembering import remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from catalog.models import ServiceItem
    from network.models import Region

WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class PlannedMaterial:
    """A material the work is expected to need, in thousandths of its unit, at today's price."""

    code: str
    name: str
    unit: str
    quantity_milli: int
    unit_price_fen: int


@dataclass(frozen=True, slots=True)
class EffectiveItem:
    """An item version as it applies at a place on a day; `overrides` says what the place changed."""

    body: ItemBody
    labor_minutes: int
    list_price_fen: int
    materials: tuple[PlannedMaterial, ...]
    notes: tuple[str, ...]
    overrides: tuple[RegionalOverride, ...]


def _question(
    *,
    version: ServiceItemVersion,
    region: Region | None,
    on: date,
    as_of: datetime | None = None,
) -> tuple[int, int, int, datetime | None]:
    """What the answer depends on: overrides look at the month alone."""
    return version.pk, region.pk if region else 0, on.month, as_of


@remembered(_question)
def effective_item(
    *,
    version: ServiceItemVersion,
    region: Region | None,
    on: date,
    as_of: datetime | None = None,
) -> EffectiveItem:
    """Apply the overrides from the widest region to the narrowest, those of the month only.

    `as_of` asks for those that counted at a moment, as for work that is over; else those of now.
    """
    return _apply(version, _overrides(version, region, on.month, as_of))


@dataclass(frozen=True, slots=True)
class PriceRow:
    """An item's price and minutes at a place, beside headquarters'."""

    item: ServiceItem
    version: ServiceItemVersion
    list_price_fen: int
    labor_minutes: int
    overrides: tuple[RegionalOverride, ...]


def price_list(items: Iterable[ServiceItem], *, region: Region | None, on: date) -> list[PriceRow]:
    """Return prices and minutes of items (with their current version) in one query for all."""
    found: dict[int, list[RegionalOverride]] = {}
    if region is not None:
        for row in _narrowing(RegionalOverride.objects.current(), region, on.month):
            found.setdefault(row.item_id, []).append(row)
    return [
        PriceRow(item, item.current, *_figures(item.current, own), overrides=tuple(own))
        for item in items
        if item.current is not None
        for own in [found.get(item.pk, [])]
    ]


def _figures(version: ServiceItemVersion, overrides: Sequence[RegionalOverride]) -> tuple[int, int]:
    """Return list price in fen and minutes after the overrides, the widest region's first."""
    minutes, price = version.labor_minutes, version.list_price_fen
    for override in overrides:
        # Half a minute counts as a whole one.
        minutes = (2 * minutes * override.minutes_bp + WHOLE_BP) // (2 * WHOLE_BP)
        minutes += override.extra_minutes
        price = price if override.list_price_fen is None else override.list_price_fen
    return price, minutes


def _apply(version: ServiceItemVersion, overrides: list[RegionalOverride]) -> EffectiveItem:
    body = body_of_version(version)
    price, minutes = _figures(version, overrides)
    quantities: dict[str, int] = {}
    for step in body.steps:
        for need in step.materials:
            quantities[need.code] = quantities.get(need.code, 0) + need.milli
    for code, milli in extra_materials(overrides).items():
        quantities[code] = quantities.get(code, 0) + milli
    return EffectiveItem(
        body=body,
        labor_minutes=minutes,
        list_price_fen=price,
        materials=_materials(quantities),
        notes=tuple(override.note for override in overrides if override.note),
        overrides=tuple(overrides),
    )


def extra_materials(overrides: Iterable[RegionalOverride]) -> dict[str, int]:
    """Return what regions add by material code, in thousandths for one piece of the item."""
    found: dict[str, int] = {}
    for row in overrides:
        if row.material_code:
            found[row.material_code] = found.get(row.material_code, 0) + row.material_milli
    return found


def _overrides(
    version: ServiceItemVersion, region: Region | None, month: int, as_of: datetime | None
) -> list[RegionalOverride]:
    if region is None:
        return []
    rows = RegionalOverride.objects
    counting = rows.current() if as_of is None else rows.as_of(as_of)
    of_item = counting.filter(item_id=version.item_id)
    return _narrowing(of_item, region, month)


def _narrowing(
    overrides: QuerySet[RegionalOverride], region: Region, month: int
) -> list[RegionalOverride]:
    """Return those that apply to the region in the month, the widest region's first."""
    chain = [int(part) for part in region.path.split(".") if part]
    return sorted(
        (
            row
            for row in overrides.filter(region_id__in=chain).select_related("region")
            if not row.months or month in row.months
        ),
        key=lambda row: (chain.index(row.region_id), row.pk),
    )


def _materials(quantities: dict[str, int]) -> tuple[PlannedMaterial, ...]:
    """Materials with a planned quantity; those measured on site (0) are offered, not planned."""
    wanted = {code: milli for code, milli in quantities.items() if milli > 0}
    known = Material.objects.in_bulk(list(wanted), field_name="code") if wanted else {}
    return tuple(
        PlannedMaterial(code, known[code].name, known[code].unit, milli, known[code].unit_price_fen)
        for code, milli in wanted.items()
        if code in known
    )
