"""Regions come out of the administrative divisions, with everything above them and their levels."""

import pytest

from common.errors import Refused
from network.models import OrgUnit, Region, RegionDivision
from network.selectors import inherited, region_for_division
from network.services import seed_regions
from tests.factories import UnitFactory

pytestmark = pytest.mark.usefixtures("tenant")


def test_a_city_brings_its_province_and_big_region():
    regions = seed_regions(codes=["330100"])
    assert set(regions) == {"华东", "330000", "330100"}
    city = regions["330100"]
    assert city.path == f"{regions['华东'].pk}.{regions['330000'].pk}.{city.pk}."
    assert (city.city_level, city.price_band, city.cost_level) == ("NT1", "10", "4")


@pytest.mark.parametrize(
    ("code", "name", "level", "place"),
    [
        ("330106", "西湖区", "county", "330100"),
        ("429005", "潜江市", "city", "420000"),
        ("310100", "上海市", "city", "310000"),
    ],
)
def test_every_kind_of_division_finds_its_place(code, name, level, place):
    region = seed_regions(codes=[code])[code]
    assert (region.name, region.level, region.parent.code) == (name, level, place)
    assert region_for_division(code) == region


def test_a_province_brings_all_its_cities():
    regions = seed_regions(codes=["230000"])
    assert sum(r.level == Region.Level.CITY for r in regions.values()) == 13
    assert RegionDivision.objects.filter(code="230100").exists()


def test_seeding_again_makes_nothing_twice_and_changes_nothing():
    seed_regions(codes=["330100"])
    Region.objects.filter(code="330100").update(price_band="12")
    seed_regions(codes=["330100", "330200"])
    assert Region.objects.filter(code="330100", price_band="12").count() == 1
    assert Region.objects.count() == 4


def test_the_branch_of_a_province_settles_in_its_cities():
    branch = UnitFactory(kind=OrgUnit.Kind.BRANCH)
    regions = seed_regions(codes=["330100"], branches={"330000": branch})
    assert regions["330100"].branch is None
    assert inherited(regions["330100"], "branch") == branch


@pytest.mark.parametrize("codes", [["999999"], ["abc"], []])
def test_an_unknown_division_is_refused_and_nothing_is_made(codes):
    with pytest.raises(Refused):
        seed_regions(codes=codes)
    assert not Region.objects.exists()
