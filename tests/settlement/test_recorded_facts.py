"""What a company records reaches the rules: geofences, fuel, guides, codes of one's own, payees."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils.translation import override

from accounts.roles import Role
from common import clock
from common.errors import Refused
from network.models import Geofence, OrgUnit, PlaceFact, Region
from network.place_facts import known_for
from network.selectors import region_chain
from network.services.place_facts import record_fuel_change
from settlement.credit import credited
from settlement.facts import job_facts
from settlement.services.parties import payees, unpayable
from tests.factories import UnitFactory, UserFactory
from tests.settlement.company import completed
from tests.workorders.world import shop_order
from workorders.facts import check_fact, value_words
from workorders.models import SiteFact

if TYPE_CHECKING:
    from tests.settlement.company import Company
    from workorders.models import WorkOrder


def noted(order: WorkOrder, kind: str, value: str) -> None:
    now = clock.now()
    SiteFact.objects.create(
        work_order=order, kind=kind, value=value, source="test", observed_at=now, recorded_at=now
    )


def test_the_facts_of_an_order_hold_what_was_recorded(company: Company) -> None:
    order = completed(company)
    address = order.address
    address.lon, address.lat = "120.370000", "36.270000"
    address.save()
    Geofence.objects.create(code="AIR", name="机场", lon="120.37", lat="36.27", radius_m=5_000)
    Region.objects.filter(pk=order.site_region_id).update(price_band="港口", cost_level="3")
    finance = UserFactory(role=Role.FINANCE, unit=OrgUnit.objects.get(code="HQ"))
    record_fuel_change(
        region=None, value_bp=300, from_day=clock.business_day(), source="发改委", actor=finance
    )
    noted(order, "clerk", "D07")
    order.refresh_from_db()
    facts = job_facts(order=order, installer=order.installer)
    assert (facts.near, facts.price_band, facts.cost_level) == (("AIR",), "港口", 3)
    assert facts.fuel_change_bp == 300
    assert str(facts.fuel_source).startswith("发改委")
    assert (facts.clerk, facts.repurchase) == ("D07", False)
    assert facts.seller == order.sold_by.code
    assert (facts.delay_min, facts.review_x10) == (facts.delay_min, None)


def test_a_guide_keeps_the_customer_on_every_platform(company: Company) -> None:
    first = completed(company, shop_order(number="E1"))
    later = completed(company, shop_order(number="E2"))
    later.customer = first.customer
    later.created_at = first.created_at + timedelta(days=40)
    later.save()
    assert credited(later) == ("none", False)
    noted(first, "clerk", "D07")
    assert credited(later) == ("D07", True)
    noted(later, "clerk", "D09")
    assert credited(later) == ("D09", False)


def test_the_nearest_region_and_the_latest_day_decide_the_fuel_price(company: Company) -> None:
    order = completed(company)
    region = order.site_region
    assert region is not None
    chain = region_chain(region)
    for place, value, day in (
        (None, 500, date(2026, 3, 1)),
        (chain[0], 100, date(2026, 1, 1)),
        (chain[0], 200, date(2026, 2, 1)),
    ):
        PlaceFact.objects.create(
            kind="fuel_change_bp", region=place, value=value, from_day=day, source="s",
            recorded_by="x", recorded_at=clock.now(),
        )  # fmt: skip
    for day, value in ((date(2026, 1, 31), 100), (date(2026, 3, 9), 200)):
        found = known_for("fuel_change_bp", chain, day)
        assert found is not None
        assert found.value == value
    assert known_for("fuel_change_bp", [], date(2026, 2, 9)) is None


def test_only_headquarters_records_for_the_whole_company(company: Company) -> None:
    manager = UserFactory(role=Role.REGION_MANAGER, unit=UnitFactory(kind="branch"))
    with pytest.raises(Refused):
        record_fuel_change(
            region=None, value_bp=1, from_day=clock.business_day(), source="s", actor=manager
        )


@pytest.mark.parametrize(
    ("role", "days", "value_bp", "code"),
    [
        (Role.REGION_MANAGER, -1, 300, "fuel.past"), (Role.REGION_MANAGER, 0, -10_000, None),
        (Role.FINANCE, -1, 300, None), (Role.FINANCE, 31, 10_000, None),
        (Role.FINANCE, 32, 300, "fuel.day"), (Role.FINANCE, 0, 10_001, "fuel.value"),
        (Role.FINANCE, 0, -10_001, "fuel.value"),
    ],
)  # fmt: skip
def test_a_fuel_change_is_plausible_and_seldom_of_days_that_are_over(
    company: Company, role: str, days: int, value_bp: int, code: str | None
) -> None:
    day = clock.business_day() + timedelta(days=days)
    actor = UserFactory(role=role, unit=company.world.hq)
    given = {"region": None, "value_bp": value_bp, "from_day": day, "source": "s", "actor": actor}
    if code is None:
        assert record_fuel_change(**given).from_day == day
        return
    with pytest.raises(Refused) as caught:
        record_fuel_change(**given)
    assert caught.value.code == code


def test_suppliers_guides_and_the_installers_branch_can_be_paid(company: Company) -> None:
    UnitFactory(kind=OrgUnit.Kind.SUPPLIER, code="PLAN", name="策划公司")
    order = completed(company)
    noted(order, "clerk", "D07")
    assert order.installer is not None
    roles = ["clerk", "home_branch", "supplier:PLAN"]
    found = payees(roles, order, order.installer)
    assert found["supplier:PLAN"].name == "策划公司"
    assert found["clerk"].name == "导购 D07"
    assert found["home_branch"].unit is not None
    assert payees(["unit:AG1"], order, company.installer)["unit:AG1"].unit == company.agent
    assert unpayable(["unit:AG1"]) == []
    strangers = ["unit:PLAN", "unit:NOBODY", f"unit:{'A' * 30}"]
    assert unpayable([*roles, *strangers]) == strangers
    assert unpayable([*roles, "supplier:NOBODY", "cat"]) == ["supplier:NOBODY", "cat"]


@pytest.mark.parametrize("value", ["", "a b", "x" * 31, "=1"])
def test_a_guides_code_is_a_plain_code(value: str) -> None:
    with pytest.raises(Refused):
        check_fact("clerk", value)
    assert check_fact("clerk", " D07 ").value == "D07"


@pytest.mark.parametrize(
    ("typed", "kept"), [("是", "yes"), ("否", "no"), (" Yes ", "yes"), ("NO", "no")]
)
def test_a_flag_is_typed_in_either_language(typed: str, kept: str) -> None:
    assert check_fact("rain", typed).value == kept


def test_a_value_is_read_in_the_readers_language_and_numbers_as_they_are() -> None:
    assert [value_words("rain", value) for value in ("yes", "no")] == ["是", "否"]
    assert value_words("floor", "6") == "6"
    with override("en"):
        assert value_words("rain", "yes") == "yes"
