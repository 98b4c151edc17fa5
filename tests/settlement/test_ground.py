"""What the proofs are told of the company: what is on sale, and the places of its jobs."""

from __future__ import annotations

from typing import Any

from common import clock
from network.models import Region
from network.selectors import region_chain
from settlement.facts import place_facts
from settlement.services.ground import ground_of, places
from tests.factories import RegionFactory
from tests.settlement.company import INDUSTRY, Company


def test_each_place_is_what_the_facts_of_a_job_there_say(company: Company) -> None:
    big = RegionFactory(code="华东", level=Region.Level.BIG_REGION, city_level="T3", price_band="4")
    city = RegionFactory(parent=big, price_band="07", branch=company.world.east)
    RegionFactory(parent=city, level=Region.Level.COUNTY, cost_level="0")
    known = {place["region"]: place for place in places()}
    assert len(known) == Region.objects.count()
    for region in Region.objects.all():
        facts = place_facts(region_chain(region), clock.business_day())
        del facts["fuel_change_bp"], facts["fuel_source"]
        assert {name: known[region.code][name] for name in facts} == facts
    assert known[city.code]["branch"] == company.world.east.code
    assert list(known)[:1] != [city.code]


def test_only_what_is_on_sale_of_the_industry_is_asked_about(company: Company) -> None:
    sold, repair = company.world.item, company.world.repair
    assert ground_of(INDUSTRY).items == {sold.code: sold.category, repair.code: repair.category}
    repair.is_active = False
    repair.save()
    sold.industry = "bathrooms"
    sold.save()
    assert ground_of(INDUSTRY).items == {}


def test_the_ground_takes_two_queries_however_many_regions_there_are(
    company: Company, django_assert_num_queries: Any
) -> None:
    RegionFactory.create_batch(5)
    with django_assert_num_queries(2):
        ground_of(INDUSTRY)
