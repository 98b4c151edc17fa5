"""Questions about the company's lists of city levels, price bands and cost levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from network.divisions.city_levels import cities_with_levels
from network.models import Region, Tier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.utils.functional import Promise

BANDS, COST_LEVELS = 12, 5


@dataclass(frozen=True, slots=True)
class TierRow:
    """One entry as its list shows it, with how many regions carry it themselves."""

    tier: Tier
    regions: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class TierList:
    """One of the three lists."""

    kind: str
    label: str | Promise
    rows: tuple[TierRow, ...]


def tier_lists() -> list[TierList]:
    """Return the three lists in their order, each entry with how many regions use it."""
    tiers = list(Tier.objects.all())
    found = []
    for kind in Tier.Kind:
        own = [tier for tier in tiers if tier.kind == kind.value]
        used = regions_by_code(kind)
        rows = [
            TierRow(tier, used.get(tier.code, 0), at == 0, at == len(own) - 1)
            for at, tier in enumerate(own)
        ]
        found.append(TierList(kind.value, kind.label, tuple(rows)))
    return found


def regions_by_code(kind: str) -> Mapping[str, int]:
    """Return how many regions carry each code of a list themselves."""
    carried = Region.objects.exclude(**{kind: ""}).values_list(kind).annotate(n=Count("pk"))
    return dict(carried.order_by())


def tier_names() -> dict[str, dict[str, str]]:
    """Return the names of codes by the field of a region (and the fact of a rule)."""
    names: dict[str, dict[str, str]] = {kind.value: {} for kind in Tier.Kind}
    for tier in Tier.objects.all():
        names[tier.kind][tier.code] = tier.name
    return names


def tier_choices(kind: str) -> list[tuple[str, str]]:
    """Return (code, "name (code)") of a list in its order."""
    found = Tier.objects.filter(kind=kind).values_list("code", "name")
    return [(code, name if name == code else f"{name} ({code})") for code, name in found]


def starting_tiers() -> list[Tier]:
    """Return the lists a company begins with; the dearest city level stands first."""
    levels = {level.code: level for _city, level in cities_with_levels()}
    ranked = sorted(levels.values(), key=lambda level: (-level.cost_level, level.code))
    rows = [(Tier.Kind.CITY_LEVEL, level.code, level.name) for level in ranked]
    rows += [(Tier.Kind.PRICE_BAND, str(n), f"价格带 {n}") for n in range(1, BANDS + 1)]
    rows += [(Tier.Kind.COST_LEVEL, str(n), f"成本 {n} 级") for n in range(1, COST_LEVELS + 1)]
    return [
        Tier(kind=kind, code=code, name=name, position=at)
        for at, (kind, code, name) in enumerate(rows)
    ]


def listed_tiers() -> QuerySet[Tier]:
    """Return the entries of all lists."""
    return Tier.objects.all()


def kind_label(kind: str) -> str | None:
    """Return what a list is called; None when there is no such list."""
    return str(Tier.Kind(kind).label) if kind in Tier.Kind.values else None
