"""Branches, agents, outlets, regions and territories of a demo company."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from network.divisions.atlas import Division, children
from network.divisions.lookup import find
from network.models import OrgUnit, Region, ServiceTerritory
from network.services.placing import place_node
from network.services.seeding import seed_regions

if TYPE_CHECKING:
    from random import Random

    from config.demo.plan import Company

_SIX = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Place:
    """An outlet with the division of its city."""

    outlet: OrgUnit
    city: Division


def near(point: tuple[float, float], random: Random, spread: float) -> tuple[Decimal, Decimal]:
    """Return a point around another one, at most `spread` degrees away each way."""
    lon, lat = (value + random.uniform(-spread, spread) for value in point)
    return Decimal(lon).quantize(_SIX), Decimal(lat).quantize(_SIX)


def city_division(province: str, city: str) -> Division:
    """Return the city's division; a municipality stands for its own city."""
    found = find(province, city) or find(province)
    if found is None:
        raise LookupError(f"{province} {city} is not in the division table")
    return found


def build_network(company: Company, random: Random) -> list[Place]:
    """Write the company's units, regions and territories; return its outlets."""
    headquarters = OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None)
    places: list[Place] = []
    for n, branch in enumerate(company.branches, start=1):
        unit = OrgUnit(
            code=f"B{n:02d}",
            name=branch.name,
            kind=OrgUnit.Kind.BRANCH,
            parent=headquarters,
            agent=_agent(branch.agent, n, headquarters),
        )
        place_node(unit)
        divisions = [city_division(branch.province, city.name) for city in branch.cities]
        seed_regions(
            codes=[division.code for division in divisions],
            branches={divisions[0].code[:2] + "0000": unit},
        )
        for city, division in zip(branch.cities, divisions, strict=True):
            places += _outlets(company, unit, city.name, city.outlets, division, random)
    _serve_neighbours(places)
    return places


def _agent(name: str, n: int, headquarters: OrgUnit) -> OrgUnit | None:
    if not name:
        return None
    return place_node(
        OrgUnit(code=f"A{n:02d}", name=name, kind=OrgUnit.Kind.AGENT, parent=headquarters)
    )


def _outlets(
    company: Company, branch: OrgUnit, city: str, count: int, division: Division, random: Random
) -> list[Place]:
    districts = [d for d in children(division.code) if d.point] or [division]
    places: list[Place] = []
    for n in range(count):
        district = districts[n * len(districts) // count]
        lon, lat = near(district.point, random, 0.02)
        outlet = OrgUnit(
            code=f"{branch.code}-{division.code[:4]}-{n + 1}",
            name=f"{company.short}{city.removesuffix('市')}{district.name}网点",
            kind=OrgUnit.Kind.OUTLET,
            parent=branch,
            phone=f"0571-8600{random.randrange(1000, 9999)}",
            address=f"{city}{district.name}服务街 {random.randrange(1, 300)} 号",
            division_code=district.code,
            lon=lon,
            lat=lat,
            service_radius_m=40_000,
        )
        place_node(outlet)
        places.append(Place(outlet, division))
    return places


def _serve_neighbours(places: list[Place]) -> None:
    """Every outlet serves its own city; its branch's other cities come second."""
    regions = {region.code: region for region in Region.objects.filter(level=Region.Level.CITY)}
    rows: list[ServiceTerritory] = []
    for place in places:
        for other in {p.city.code for p in places if p.outlet.parent_id == place.outlet.parent_id}:
            own = other == place.city.code
            code = other if other in regions else other[:4] + "00"
            rows.append(
                ServiceTerritory(
                    outlet=place.outlet,
                    region=regions[code],
                    radius_m=40_000 if own else 120_000,
                    priority=1 if own else 2,
                )
            )
    ServiceTerritory.objects.bulk_create(rows)
