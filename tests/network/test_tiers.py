"""The company's lists of levels and bands: any codes, in use means not removable, many by file."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from common.errors import Conflict, Refused
from network.geofences import geofences_around
from network.models import Geofence, OrgUnit, Region, Tier
from network.services import seed_regions
from network.services.tier_import import import_tiers, preview_tiers
from network.services.tiers import add_tier, remove_tier
from tests.factories import UserFactory


@pytest.fixture
def admin(tenant, client):
    client.cookies["lang"] = "en"
    headquarters = OrgUnit.objects.get(code="HQ")
    seed_regions(codes=["330100", "330200"])
    return UserFactory(role=Role.HQ_ADMIN, unit=headquarters)


def codes(kind):
    return list(Tier.objects.filter(kind=kind).values_list("code", flat=True))


def test_the_first_regions_bring_lists_to_start_from(admin):
    assert codes("price_band") == [str(n) for n in range(1, 13)]
    assert codes("city_level")[:2] == ["T1", "NT1"]
    assert len(codes("cost_level")) == 5


def test_a_list_takes_any_code_and_gives_it_to_regions(client, admin):
    client.force_login(admin)
    typed = {"code": "港口Ａ", "name": "港口带"}
    assert client.post("/network/tiers/new/price_band/", typed).status_code == 302
    assert codes("price_band")[-1] == "港口A"
    page = client.get(f"/network/regions/{Region.objects.get(code='330100').pk}/edit/")
    assert "港口带 (港口A)" in page.content.decode()


@pytest.mark.parametrize(
    ("code", "why"), [("a b", "code"), ("3,4", "code"), ("12", "twice"), ("<5", "code")]
)
def test_a_code_that_rules_could_misread_is_refused(admin, code, why):
    with pytest.raises(Refused) as refusal:
        add_tier(kind="price_band", code=code, name="", actor=admin)
    assert refusal.value.code == f"tier.{why}"


def test_an_entry_in_use_cannot_be_removed_and_says_by_how_many(client, admin):
    client.force_login(admin)
    used, unused = (Tier.objects.get(kind="city_level", code=code) for code in ("NT1", "T4"))
    answer = client.post(f"/network/tiers/{used.pk}/remove/")
    assert answer.status_code == 422
    assert "2 regions carry" in answer.content.decode()
    remove_tier(tier_id=unused.pk, actor=admin)
    assert codes("city_level") == ["T1", "NT1", "T2", "T3"]


def test_a_new_region_starts_without_a_level_the_company_took_away(admin):
    Tier.objects.filter(code="T1").delete()
    region = seed_regions(codes=["440300"])["440300"]
    assert (region.city_level, region.price_band) == ("", "11")


def test_the_order_of_a_list_is_changed_with_buttons(client, admin):
    client.force_login(admin)
    second = Tier.objects.get(kind="cost_level", code="2")
    client.post(f"/network/tiers/{second.pk}/move/", {"by": "-1"})
    assert codes("cost_level") == ["2", "1", "3", "4", "5"]
    client.post(f"/network/tiers/{second.pk}/move/", {"by": "-1"})
    assert codes("cost_level") == ["2", "1", "3", "4", "5"]


FILE = (
    "区域代码,城市,城市级别,价格带,成本级别\n"
    "330100,杭州,T1,,4\n"
    "330200,宁波,NT1,9,4\n"
    "330200,宁波,T2,9,4\n"
    "999999,无,T1,1,1\n"
    "330000,浙江,T9,,\n"
)


def test_a_file_is_shown_before_anything_is_written(client, admin):
    client.force_login(admin)
    file = SimpleUploadedFile("levels.csv", FILE.encode("gb18030"))
    page = client.post("/network/tiers/import/", {"file": file})
    preview = page.context["preview"]
    (changed,) = preview.changed
    assert changed.values == {"city_level": ("NT1", "T1"), "price_band": ("10", "")}
    assert preview.same == 1
    assert [wrong.line for wrong in preview.wrong] == [4, 5, 6]
    assert Region.objects.get(code="330100").city_level == "NT1"
    typed = {"rows": page.context["rows"], "seen": preview.seen}
    assert client.post("/network/tiers/import/confirm/", typed).status_code == 302
    region = Region.objects.get(code="330100")
    assert (region.city_level, region.price_band, region.cost_level) == ("T1", "", "4")
    assert client.post("/network/tiers/import/confirm/", typed).status_code == 409


def test_what_changed_since_the_preview_is_not_overwritten(admin):
    preview = preview_tiers(b"code,price band\n330100,3\n")
    Region.objects.filter(code="330100").update(price_band="7")
    with pytest.raises(Conflict):
        import_tiers(rows=preview.rows, seen=preview.seen, actor=admin)
    assert Region.objects.get(code="330100").price_band == "7"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04zip", "kind"),
        ("城市,城市级别\n杭州,T1".encode(), "column"),
        (b"code\n330100", "column"),
        (b"code,price band,price band\n1,2,3", "column"),
        (b"code,price band\n", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(admin, raw, code):
    with pytest.raises(Refused) as refusal:
        preview_tiers(raw)
    assert refusal.value.code == f"import.{code}"


@pytest.mark.parametrize("rows", ["", "[]", "{}", "[1]", "[" * 100_000, '[{"code": 1}]', "NaN"])
def test_a_confirmation_that_cannot_be_read_changes_nothing(client, admin, rows):
    client.force_login(admin)
    answer = client.post("/network/tiers/import/confirm/", {"rows": rows, "seen": "x"})
    assert answer.status_code == 422


def test_all_regions_go_out_as_a_file_that_comes_back_unchanged(client, admin):
    seed_regions(codes=["320000", "440000", "510000"])
    client.force_login(admin)
    raw = client.get("/network/tiers/regions.csv").content
    preview = preview_tiers(raw)
    assert (preview.changed, preview.wrong) == ((), ())
    assert preview.same == Region.objects.count()


def test_a_site_is_near_every_geofence_whose_circle_holds_it(admin):
    assert geofences_around(None, None) == ()
    Geofence.objects.create(code="QD", name="青岛港", lon="120.30", lat="36.08", radius_m=50_000)
    Geofence.objects.create(code="AIR", name="机场", lon="120.37", lat="36.27", radius_m=5_000)
    assert geofences_around(120.37, 36.27) == ("AIR", "QD")
    assert geofences_around(120.30, 36.529) == ("QD",)  # 49.9 km
    assert geofences_around(120.30, 36.531) == ()  # 50.1 km
    assert geofences_around(None, None) is None
