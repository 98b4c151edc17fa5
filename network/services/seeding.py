"""Makes regions out of the administrative divisions, with starting levels a company then owns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from network.big_regions import big_region_of
from network.divisions import Division, Level, children, division, path
from network.divisions.city_levels import default_city_level
from network.events import RegionsAdded
from network.models import OrgUnit, Region, RegionDivision, Tier
from network.order_types import usual_order_type
from network.services.placing import place_node
from network.services.tiers import add_starting_tiers

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

Branches = Mapping[str, OrgUnit]


@transaction.atomic
def seed_regions(
    *,
    codes: Iterable[str],
    branches: Branches | None = None,
    actor: AbstractBaseUser | None = None,
) -> dict[str, Region]:
    """Make regions for divisions and everything above them; regions that exist stay as they are.

    `codes` are codes of provinces (with all their cities), cities or districts (GB/T 2260).
    `branches` names, by the code of any of the regions (a big region's code is its name, such as
    华东), the branch that settles there; it is given to new regions only. Cities start with the
    default city level, price band and cost level, as far as the company's lists still have them,
    big regions of north and south with the order type that usually comes first there.
    Returns all regions touched, by code.
    Raises Refused("division.unknown") for a code that is no division.
    """
    wanted = [step for code in codes for step in _with_above(code)]
    refuse_unless(wanted, "division.none", _("Choose at least one province or city"))
    names = {big_region_of(step.code) for step in wanted if step.level is Level.PROVINCE}
    known = {
        region.code: region
        for region in Region.objects.select_for_update().filter(
            code__in=names | {step.code for step in wanted}
        )
    }
    before = set(known)
    add_starting_tiers()
    listed = set(Tier.objects.values_list("kind", "code"))
    for step in wanted:
        if step.code not in known:
            known[step.code] = _make(step, known, branches or {}, listed)
    made = [code for code in known if code not in before]
    if made:
        record(actor, "regions.seeded", None, codes=made)
        announce(RegionsAdded(len(made)))
    return known


def _with_above(code: str) -> Iterator[Division]:
    """Yield the divisions from the province down, and a whole province's cities."""
    found = division(code)
    if found is None:
        raise Refused(
            "division.unknown", _("There is no province, city or district with the code %s") % code
        )
    yield from path(found.code)
    if found.level is Level.PROVINCE:
        yield from children(found.code)


def _make(
    step: Division, known: dict[str, Region], branches: Branches, listed: set[tuple[str, str]]
) -> Region:
    is_province = step.level is Level.PROVINCE
    parent = _big_region(step.code, known, branches) if is_province else known[step.parent]
    region = Region(code=step.code, name=step.name, parent=parent, level=_level(step))
    region.branch = branches.get(step.code)
    if region.level == Region.Level.CITY:
        start = default_city_level(step.code)
        first = {
            "city_level": start.code,
            "price_band": str(start.price_band),
            "cost_level": str(start.cost_level),
        }
        for kind, code in first.items():
            setattr(region, kind, code if (kind, code) in listed else "")
    place_node(region)
    RegionDivision.objects.get_or_create(code=step.code, defaults={"region": region})
    return region


def _big_region(province: str, known: dict[str, Region], branches: Branches) -> Region:
    name = big_region_of(province)
    if name not in known:
        big = Region(code=name, name=name, level=Region.Level.BIG_REGION, branch=branches.get(name))
        big.order_type = usual_order_type(name)
        known[name] = place_node(big)
    return known[name]


def _level(step: Division) -> str:
    if step.level is Level.PROVINCE:
        return Region.Level.PROVINCE
    # A county governed by its province is a city as far as levels and prices go.
    return Region.Level.CITY if len(path(step.code)) == 2 else Region.Level.COUNTY
