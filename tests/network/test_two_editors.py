"""Two editors of regions, levels, units, territories or points: the second one reads both sides."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from common.errors import Conflict
from common.two_editors.comparing import ChangedMeanwhile
from network.models import Geofence, OrgUnit, Region, ServiceTerritory, Tier
from network.services import seed_regions
from network.services.regions import save_region
from network.services.tiers import remove_tier, rename_tier
from network.shown import shown_region, shown_tier
from tests.factories import UnitFactory, UserFactory
from tests.settlement.threads import in_threads

FORMS = ["region", "tier", "unit", "territory", "geofence"]


def world() -> tuple[User, dict[str, Any]]:
    """An administrator, and a row of each kind."""
    hq = OrgUnit.objects.get(code="HQ")
    regions = seed_regions(codes=["330100"])
    outlet = UnitFactory(parent=UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=hq), name="西湖网点")
    rows = {
        "region": regions["330100"],
        "tier": Tier.objects.get(kind="price_band", code="3"),
        "unit": outlet,
        "territory": ServiceTerritory.objects.create(outlet=outlet, region=regions["330100"]),
        "geofence": Geofence.objects.create(
            code="QD-PORT", name="青岛港", lon="120.310000", lat="36.060000", radius_m=5_000
        ),
    }
    return UserFactory(role=Role.HQ_ADMIN, unit=hq, display_name="李四"), rows


# Of each form: what one person types, and what another one.
TYPED = {
    "region": ({"price_band": "3", "name": "杭州城"}, {"price_band": "5"}, "price_band"),
    "tier": ({"name": "三带"}, {"name": "第三带"}, "name"),
    "unit": ({"radius_km": "40", "phone": "0571-1"}, {"radius_km": "50"}, "radius_km"),
    "territory": ({"radius_km": "12", "priority": "2"}, {"radius_km": "15"}, "radius_km"),
    "geofence": ({"radius_km": "6.5", "name": "前湾港"}, {"radius_km": "8"}, "radius_km"),
}


@pytest.fixture
def desk(tenant: Any, client: Any) -> tuple[Any, dict[str, Any]]:
    client.cookies["lang"] = "en"
    admin, rows = world()
    client.force_login(admin)
    return client, rows


def opened(client: Any, kind: str, row: Any) -> tuple[str, dict[str, str]]:
    """Open a row's form; return its address and what it would post unchanged."""
    address = reverse(f"network:{kind}-edit", args=[row.pk])
    page = client.get(address)
    form = page.context["form"]
    fields = {bound.name: bound.value() for bound in form}
    fields = {name: value for name, value in fields.items() if value not in (None, "", False)}
    fields |= {name: "on" for name, value in fields.items() if value is True}
    assert page.context["seen"] in page.content.decode().replace("&quot;", '"')
    return address, {**{k: str(v) for k, v in fields.items()}, "seen": page.context["seen"]}


def value_of(kind: str, row: Any, name: str) -> str:
    row.refresh_from_db()
    if name == "radius_km":
        return str((row.service_radius_m if kind == "unit" else row.radius_m) / 1000).removesuffix(
            ".0"
        )
    return str(getattr(row, name))


@pytest.mark.parametrize("kind", FORMS)
def test_the_second_editor_is_shown_the_difference_and_chooses(desk: Any, kind: str) -> None:
    client, rows = desk
    theirs, mine, clash = TYPED[kind]
    address, page = opened(client, kind, rows[kind])
    assert client.post(address, page | theirs).status_code == 302
    answer = client.post(address, page | mine, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "李四" in words
    assert "Keep mine" in words
    found = {each.name: each for each in answer.context["differences"]}
    assert set(found) == set(theirs) | set(mine)
    assert found[clash].clash
    assert value_of(kind, rows[kind], clash) == theirs[clash]
    # Nothing of either is lost: their other change stays, and mine goes in where it is ticked.
    again = page | mine | {"seen": answer.context["seen"]}
    chosen = client.post(address, again | {"differs": list(found), "mine_at": [clash]})
    assert chosen.status_code == 302
    for name, value in (theirs | mine).items():
        assert value_of(kind, rows[kind], name) == value


@pytest.mark.parametrize("kind", FORMS)
def test_who_changed_nothing_takes_back_nothing_and_the_very_same_is_not_asked(
    desk: Any, kind: str
) -> None:
    client, rows = desk
    theirs, _mine, clash = TYPED[kind]
    address, page = opened(client, kind, rows[kind])
    assert client.post(address, page | theirs).status_code == 302
    assert client.post(address, page).status_code == 302
    assert value_of(kind, rows[kind], clash) == theirs[clash]
    assert client.post(address, page | theirs).status_code == 302


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("seen", ["", "[]", "{", '{"other": "a"}'])
def test_a_page_that_does_not_say_what_it_showed_saves_nothing(
    desk: Any, kind: str, seen: str
) -> None:
    client, rows = desk
    theirs, _mine, clash = TYPED[kind]
    address, page = opened(client, kind, rows[kind])
    before = value_of(kind, rows[kind], clash)
    assert client.post(address, page | theirs | {"seen": seen}).status_code == 422
    assert value_of(kind, rows[kind], clash) == before


def test_a_district_another_editor_chose_is_kept_though_its_lists_were_shown_otherwise(
    desk: Any,
) -> None:
    client, rows = desk
    address, page = opened(client, "unit", rows["unit"])
    picked = {"district-province": "330000", "district-city": "330100"}
    lists = {name: value for name, value in page.items() if name != "district"}
    there = picked | {"district-district": "330106"}
    assert client.post(address, lists | there).status_code == 302
    answer = client.post(address, lists | {"phone": "0571-9"})
    assert "district" in {each.name for each in answer.context["differences"]}
    again = lists | {"phone": "0571-9", "seen": answer.context["seen"]}
    names = [each.name for each in answer.context["differences"]]
    chosen = client.post(address, again | {"differs": names, "mine_at": ["phone"]})
    assert chosen.status_code == 302
    rows["unit"].refresh_from_db()
    assert (rows["unit"].division_code, rows["unit"].phone) == ("330106", "0571-9")


def test_names_stand_in_the_difference_and_not_keys(desk: Any) -> None:
    client, rows = desk
    address, page = opened(client, "region", rows["region"])
    west = UnitFactory(
        kind=OrgUnit.Kind.BRANCH, name="西南分公司", parent_id=OrgUnit.objects.get(code="HQ").pk
    )
    client.post(address, page | {"branch": str(west.pk), "city_level": "T1"})
    answer = client.post(address, page | {"city_level": "NT1", "name": "杭州二"})
    found = {each.name: each for each in answer.context["differences"]}
    assert found["branch"].theirs == "西南分公司"
    assert found["city_level"].label == "City level"
    assert "(T1)" in found["city_level"].theirs or found["city_level"].theirs == "T1"


def test_an_entry_somebody_removed_is_a_conflict(desk: Any) -> None:
    _client, _rows = desk
    admin = User.objects.get(display_name="李四")
    tier = Tier.objects.get(kind="city_level", code="T4")
    remove_tier(tier_id=tier.pk, actor=admin)
    with pytest.raises(Conflict):
        rename_tier(tier_id=tier.pk, name="x", actor=admin, seen=shown_tier(tier))


@pytest.mark.commits
def test_of_two_editors_at_the_same_moment_one_saves_and_the_other_reads_both(
    tenant: Any,
) -> None:
    admin, rows = world()
    region = rows["region"]
    codes = list(region.divisions.values_list("code", flat=True))
    seen = shown_region(region, codes)

    def edit(band: str) -> Region:
        mine = Region.objects.get(pk=region.pk)
        mine.price_band = band
        with translation.override("en"):
            return save_region(region=mine, divisions=codes, actor=admin, seen=seen)

    answers = in_threads(lambda: edit("4"), lambda: edit("5"))
    refused = [one for one in answers if isinstance(one, ChangedMeanwhile)]
    saved = [one for one in answers if isinstance(one, Region)]
    assert (len(refused), len(saved)) == (1, 1)
    region.refresh_from_db()
    assert region.price_band == saved[0].price_band
    assert {refused[0].changes[0].theirs, refused[0].changes[0].mine} == {"4", "5"}
