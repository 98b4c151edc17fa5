"""Questions about the two trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.text import capfirst

from common.remembering import remembered
from network.models import OrgUnit, Region, RegionDivision, ServiceTerritory
from network.order_types import INSTALLATION, order_type_names
from network.tiers import tier_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from network.scope import ScopedUser


@remembered(lambda code: code)
def region_for_division(code: str) -> Region | None:
    """Return the narrowest region that lists the division or one above it (district, city, province)."""
    return regions_for_divisions([code]).get(code)


def regions_for_divisions(codes: Iterable[str]) -> dict[str, Region]:
    """Return for each division what `region_for_division` finds, where it finds any; one query."""
    wanted = {code: [code, code[:4] + "00", code[:2] + "0000"] for code in codes if code}
    candidates = {each for chain in wanted.values() for each in chain}
    found = {
        row.code: row.region
        for row in RegionDivision.objects.filter(code__in=candidates).select_related("region")
    }
    nearest = {
        code: next((found[each] for each in chain if each in found), None)
        for code, chain in wanted.items()
    }
    return {code: region for code, region in nearest.items() if region is not None}


def region_chain(region: Region) -> tuple[Region, ...]:
    """Return the regions from the widest to this one, in one query."""
    return _chain(region.path)


@remembered(lambda path: path)
def _chain(path: str) -> tuple[Region, ...]:
    ids = [int(part) for part in path.split(".") if part]
    by_id = {row.pk: row for row in Region.objects.select_related("branch").filter(pk__in=ids)}
    return tuple(by_id[pk] for pk in ids if pk in by_id)


def inherited(region: Region, field: str) -> object:
    """Return a value (city_level, price_band, cost_level, order_type, branch) from here or the nearest above."""
    for step in reversed(region_chain(region)):
        if value := getattr(step, field):
            return value
    return None


def first_order_type(region: Region | None) -> str:
    """Return the order type of what leaves it open at a site: the region's own, or from above.

    Installation where no region says anything, and for a site in no region.
    """
    found = inherited(region, "order_type") if region is not None else None
    return str(found or INSTALLATION)


def visible_units(*, actor: ScopedUser) -> QuerySet[OrgUnit]:
    """Units of the actor's scope, each after the one above it."""
    units = OrgUnit.objects.order_by("path")
    return units if actor.sees_everything else units.filter(pk__in=actor.units)


def unit_rows() -> QuerySet[OrgUnit]:
    """Units with what a page about one of them names."""
    return OrgUnit.objects.select_related("parent", "agent")


def visible_regions(*, actor: ScopedUser) -> QuerySet[Region]:
    """Regions a person may look at: all for headquarters, else those their units settle or serve.

    A region comes with everything below it and everything above it: a city without its province
    would hang in the air.
    """
    regions = Region.objects.select_related("parent", "branch").order_by("path")
    if actor.sees_everything:
        return regions
    own = list(
        Region.objects.filter(
            Q(branch__in=actor.units) | Q(territories__outlet__in=actor.units)
        ).values_list("path", flat=True)
    )
    below = Q(pk__in=[])
    for path in own:
        below |= Q(path__startswith=path)
    above = {int(part) for path in own for part in path.split(".") if part}
    return regions.filter(below | Q(pk__in=above))


def home_region(actor: ScopedUser) -> Region | None:
    """Return the one region, with all below it, that a person's units settle or serve.

    None for headquarters, and where there are several side by side.
    """
    if actor.sees_everything:
        return None
    units = actor.units
    own = Q(branch__in=units) | Q(territories__outlet__in=units)
    found = list(Region.objects.filter(own).distinct().order_by("path"))
    widest = found[0] if found else None
    within = widest is not None and all(one.path.startswith(widest.path) for one in found)
    return widest if within else None


def managed_regions(*, actor: ScopedUser) -> QuerySet[Region]:
    """Regions a person answers for: all for headquarters, else what their units settle and below."""
    regions = Region.objects.select_related("parent", "branch").order_by("path")
    if actor.sees_everything:
        return regions
    below = Q(pk__in=[])
    for path in Region.objects.filter(branch__in=actor.units).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return regions.filter(below)


def regions_with_own_values() -> frozenset[int]:
    """Ids of regions below another one that set a value of their own."""
    own = Region.objects.filter(parent__isnull=False).exclude(
        branch=None, city_level="", price_band="", cost_level="", order_type=""
    )
    return frozenset(own.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class RegionValue:
    """A value of a region: set here (`own`), or the one from above and where it comes from."""

    field: str
    label: str
    own: object
    inherited: object
    origin: Region | None
    names: Mapping[str, str]  # what people call the codes of this field; none for a branch

    @property
    def own_word(self) -> str:
        """The own value as people say it."""
        return self.names.get(str(self.own), str(self.own or ""))

    @property
    def inherited_word(self) -> str:
        """The value from above as people say it."""
        return self.names.get(str(self.inherited), str(self.inherited or ""))


INHERITED_FIELDS = ("branch", "city_level", "price_band", "cost_level", "order_type")


def region_values(region: Region) -> list[RegionValue]:
    """Return the values of a region with what it would inherit from the regions above."""
    above = list(reversed(region_chain(region)[:-1])) if region.path else _chain_above(region)
    names: dict[str, Mapping[str, str]] = {**tier_names(), "order_type": order_type_names()}
    return [_value(region, name, above, names.get(name, {})) for name in INHERITED_FIELDS]


def _chain_above(region: Region) -> list[Region]:
    return list(reversed(region_chain(region.parent))) if region.parent else []


def _value(region: Region, name: str, above: list[Region], names: Mapping[str, str]) -> RegionValue:
    origin = next((step for step in above if getattr(step, name)), None)
    return RegionValue(
        name,
        str(capfirst(getattr(Region._meta.get_field(name), "verbose_name", name))),
        getattr(region, name) or None,
        getattr(origin, name) if origin else None,
        origin,
        names,
    )


def territories(*, actor: ScopedUser) -> QuerySet[ServiceTerritory]:
    """Territories of the outlets in the actor's scope."""
    found = ServiceTerritory.objects.select_related("outlet", "region__parent").order_by(
        "outlet__name", "priority", "pk"
    )
    return found if actor.sees_everything else found.filter(outlet__in=actor.units)


def served_region_ids(*, actor: ScopedUser) -> list[int]:
    """Ids of the regions that outlets in the actor's scope serve, with everything below them."""
    served = ServiceTerritory.objects.filter(outlet__in=actor.units)
    below = Q(pk__in=())
    for path in set(served.values_list("region__path", flat=True)):
        below |= Q(path__startswith=path)
    return list(Region.objects.filter(below).values_list("pk", flat=True))
