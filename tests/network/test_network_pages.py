"""The two trees and the territories: what is shown, inherited, refused and out of reach."""

from dataclasses import dataclass

import pytest

from accounts.models import User
from accounts.roles import Role
from network.models import OrgUnit, Region, ServiceTerritory
from network.selectors import region_values, visible_regions
from network.services import seed_regions
from tests.factories import UnitFactory, UserFactory


@dataclass
class Ground:
    """A branch in Zhejiang with an outlet, and one in Sichuan that is not ours."""

    hq: OrgUnit
    branch: OrgUnit
    outlet: OrgUnit
    elsewhere: OrgUnit
    admin: User
    manager: User
    regions: dict[str, Region]


@pytest.fixture
def ground(tenant, client):
    client.cookies["lang"] = "en"
    hq = OrgUnit.objects.get(code="HQ")
    branch = UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=hq, name="浙江分公司")
    other = UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=hq, name="四川分公司")
    regions = seed_regions(codes=["330100", "510100"], branches={"330000": branch, "510000": other})
    return Ground(
        hq=hq,
        branch=branch,
        outlet=UnitFactory(parent=branch, name="西湖网点"),
        elsewhere=UnitFactory(parent=other, name="锦江网点"),
        admin=User.objects.get(username="admin"),
        manager=UserFactory(role=Role.REGION_MANAGER, unit=branch),
        regions=regions,
    )


UNIT = {
    "code": "N1",
    "name": "新网点",
    "kind": "outlet",
    "address": "浙江省杭州市西湖区文三路 8 号",
    "radius_km": 25,
    "is_active": "on",
}


@pytest.mark.parametrize("path", ["/network/units/", "/network/regions/", "/network/territories/"])
@pytest.mark.parametrize("who", ["admin", "manager"])
def test_the_trees_are_read_by_everybody_at_a_desk(client, ground, path, who):
    client.force_login(getattr(ground, who))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/network/units/new/",
        "/network/regions/new/",
        "/network/regions/seed/",
        "/network/territories/new/",
    ],
)
def test_headquarters_alone_changes_them(client, ground, path):
    client.force_login(ground.manager)
    assert client.get(path).status_code == 403
    client.force_login(ground.admin)
    assert client.get(path).status_code == 200


def test_a_manager_sees_the_own_branch_and_not_the_other(client, ground):
    client.force_login(ground.manager)
    page = client.get("/network/units/").content.decode()
    assert "西湖网点" in page
    assert "锦江网点" not in page
    assert client.get(f"/network/units/{ground.outlet.pk}/").status_code == 200
    assert client.get(f"/network/units/{ground.elsewhere.pk}/").status_code == 404


def test_a_manager_sees_the_regions_of_the_branch_with_what_stands_above(ground):
    seen = {region.code for region in visible_regions(actor=ground.manager)}
    assert seen == {"华东", "330000", "330100"}


def test_a_region_out_of_reach_does_not_exist(client, ground):
    client.force_login(ground.manager)
    far, near = ground.regions["510100"], ground.regions["330100"]
    assert client.get(f"/network/regions/{far.pk}/").status_code == 404
    assert client.get(f"/network/regions/{near.pk}/").status_code == 200
    assert client.post(f"/network/regions/{near.pk}/inherit/branch/").status_code == 403


def test_a_new_outlet_is_placed_by_its_address(client, ground):
    client.force_login(ground.admin)
    answer = client.post("/network/units/new/", UNIT | {"parent": ground.branch.pk})
    assert answer.status_code == 302, answer.content.decode()
    unit = OrgUnit.objects.get(code="N1")
    assert (unit.division_code, unit.service_radius_m) == ("330106", 25_000)
    assert unit.path.startswith(ground.branch.path)
    assert unit.lon is not None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "hq"}, "one headquarters"),
        ({"parent": "outlet"}, "cannot stand below"),
        ({"parent": ""}, "cannot stand below"),
    ],
)
def test_a_unit_in_an_impossible_place_is_refused(client, ground, change, sentence):
    client.force_login(ground.admin)
    typed = UNIT | {"parent": ground.branch.pk} | change
    if typed["parent"] == "outlet":
        typed["parent"] = ground.outlet.pk
    answer = client.post("/network/units/new/", typed, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not OrgUnit.objects.filter(code="N1").exists()


def test_a_wrong_entry_about_a_unit_keeps_what_was_typed(client, ground):
    client.force_login(ground.admin)
    typed = UNIT | {"parent": ground.branch.pk, "code": ground.outlet.code, "lon": "1"}
    answer = client.post("/network/units/new/", typed, headers={"HX-Request": "true"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Another unit has this code" in body
    assert "belong together" in body
    assert "文三路 8 号" in body


def test_a_branch_with_open_outlets_is_not_closed(client, ground):
    client.force_login(ground.admin)
    typed = {"code": ground.branch.code, "name": "x", "kind": "branch", "parent": ground.hq.pk}
    path = f"/network/units/{ground.branch.pk}/edit/"
    typed |= {"radius_km": 30, "seen": client.get(path).context["seen"]}
    answer = client.post(path, typed)
    assert answer.status_code == 422
    assert "still active" in answer.content.decode()
    assert OrgUnit.objects.get(pk=ground.branch.pk).is_active


def test_a_moved_unit_takes_its_subtree_along(client, ground):
    client.force_login(ground.admin)
    branch = UnitFactory(kind=OrgUnit.Kind.BRANCH, parent=ground.hq)
    typed = UNIT | {"code": ground.branch.code, "kind": "branch", "parent": branch.pk}
    path = f"/network/units/{ground.branch.pk}/edit/"
    typed |= {"seen": client.get(path).context["seen"]}
    assert client.post(path, typed).status_code == 302
    moved = OrgUnit.objects.get(pk=ground.outlet.pk)
    assert moved.path == f"{branch.path}{ground.branch.pk}.{moved.pk}."


def test_an_inherited_value_is_grey_and_names_where_it_comes_from(client, ground):
    client.force_login(ground.admin)
    city = ground.regions["330100"]
    page = client.get(f"/network/regions/{city.pk}/").content.decode()
    branch_row = page.split('id="value-branch"')[1].split("</tr>")[0]
    assert "inherited from 浙江省" in branch_row
    assert "浙江分公司" in branch_row
    own_row = page.split('id="value-price_band"')[1].split("</tr>")[0]
    assert "Restore inheritance" in own_row


def test_restoring_gives_the_value_from_above_again(client, ground):
    client.force_login(ground.admin)
    province, city = ground.regions["330000"], ground.regions["330100"]
    Region.objects.filter(pk=province.pk).update(price_band="6")
    assert client.post(f"/network/regions/{city.pk}/inherit/price_band/").status_code == 302
    values = {value.field: value for value in region_values(Region.objects.get(pk=city.pk))}
    assert (values["price_band"].own, values["price_band"].inherited) == (None, "6")
    assert values["price_band"].origin == province


@pytest.mark.parametrize("field", ["code", "path", "name"])
def test_only_inherited_values_can_be_restored(client, ground, field):
    client.force_login(ground.admin)
    city = ground.regions["330100"]
    assert client.post(f"/network/regions/{city.pk}/inherit/{field}/").status_code == 422


def region_form(**changes):
    return {"code": "X1", "name": "滨江商圈", "level": "business_area", "codes": ""} | changes


def test_a_business_area_hangs_below_its_city(client, ground):
    client.force_login(ground.admin)
    typed = region_form(parent=ground.regions["330100"].pk, codes="330108", price_band="11")
    assert client.post("/network/regions/new/", typed).status_code == 302
    region = Region.objects.get(code="X1")
    assert [each.code for each in region.divisions.all()] == ["330108"]
    assert (region.price_band, region.cost_level) == ("11", "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"codes": "330199"}, "No administrative division"),
        ({"codes": "510100"}, "another region already"),
        ({"level": "province"}, "below a wider one"),
        ({"price_band": "13"}, "13 is not one of the available choices"),
        ({"code": "330100"}, "already exists"),
    ],
)
def test_an_impossible_region_is_refused(client, ground, change, sentence):
    client.force_login(ground.admin)
    typed = region_form(parent=ground.regions["330100"].pk) | change
    answer = client.post("/network/regions/new/", typed, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_whole_provinces_come_with_one_click(client, ground):
    client.force_login(ground.admin)
    typed = {"provinces": ["230000"], "branch": ground.branch.pk}
    assert client.post("/network/regions/seed/", typed).status_code == 302
    assert Region.objects.get(code="230000").branch == ground.branch
    assert Region.objects.filter(path__contains=".", level="city").count() == 2 + 13
    assert client.post("/network/regions/seed/", {}).status_code == 422


def test_a_territory_is_added_changed_and_removed(client, ground):
    client.force_login(ground.admin)
    typed = {
        "outlet": ground.outlet.pk,
        "region": ground.regions["330100"].pk,
        "radius_km": 20,
        "priority": 1,
    }
    assert client.post("/network/territories/new/", typed).status_code == 302
    assert client.post("/network/territories/new/", typed).status_code == 422
    territory = ServiceTerritory.objects.get()
    path = f"/network/territories/{territory.pk}/"
    typed |= {"radius_km": 35, "seen": client.get(path).context["seen"]}
    assert client.post(path, typed).status_code == 302
    territory.refresh_from_db()
    assert territory.radius_m == 35_000
    client.force_login(ground.manager)
    assert client.get(path).status_code == 403
    client.force_login(ground.admin)
    assert client.post(f"{path}remove/").status_code == 302
    assert not ServiceTerritory.objects.exists()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", ["浙江省"]),
        ("&d-province=330000", ["杭州市"]),
        ("&d-province=330000&d-city=330100", ["西湖区"]),
        ("&d-province=510000&d-city=330100", ["成都市"]),
        ("&d-province=%3F&d-city=x", ["浙江省"]),
    ],
)
def test_each_choice_of_a_division_loads_the_next(client, ground, query, words):
    client.force_login(ground.manager)
    page = client.get(f"/network/division-options/?name=d&picker=id_d{query}").content.decode()
    assert all(word in page for word in words)
    if "510000" in query:
        assert "西湖区" not in page


@pytest.mark.parametrize("name", ['"><script>', "a b", "x" * 60])
def test_the_picker_takes_no_markup_for_a_name(client, ground, name):
    client.force_login(ground.manager)
    page = client.get("/network/division-options/", {"name": name, "picker": name})
    assert page.status_code == 200
    assert name not in page.content.decode()


@pytest.mark.parametrize("path", ["/network/regions/", "/network/territories/", "/network/units/"])
def test_a_tree_takes_the_same_queries_however_many_nodes_it_has(
    client, ground, path, django_assert_max_num_queries
):
    ServiceTerritory.objects.create(outlet=ground.outlet, region=ground.regions["330100"])
    client.force_login(ground.admin)
    client.get(path)
    with django_assert_max_num_queries(60) as few:
        client.get(path)
    seed_regions(codes=["320000"])
    for _each in range(5):
        outlet = UnitFactory(parent=ground.branch)
        ServiceTerritory.objects.create(outlet=outlet, region=ground.regions["330100"])
    with django_assert_max_num_queries(len(few)):
        client.get(path)
