"""The pages of the catalog: who may do what, and how the forms answer."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from catalog.forms.fields import MaterialsField, PhotosField, YuanField, quantity_text
from catalog.item_body import body_of_version
from catalog.models import Material, ProductMapping, RegionalOverride, ServiceItem
from catalog.pack_shapes import MaterialNeed, PhotoNeed
from catalog.services.items import publish_item
from common.formatting import money
from tests.factories import RegionFactory

HX = {"HX-Request": "true"}


@pytest.mark.parametrize("path", ["items/", "packs/", "prices/", "materials/", "mappings/"])
@pytest.mark.parametrize("who", ["admin", "manager", "dispatcher"])
def test_everybody_at_a_desk_reads_the_catalog(client, shelf, path, who):
    client.force_login(getattr(shelf, who))
    assert client.get(f"/catalog/{path}").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["items/new/", "items/{item}/edit/", "materials/new/", "mappings/new/", "packs/bathrooms/"],
)
def test_headquarters_alone_changes_the_core(client, shelf, path):
    path = "/catalog/" + path.format(item=shelf.item.pk)
    client.force_login(shelf.manager)
    assert client.get(path).status_code == 403
    client.force_login(shelf.admin)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["items/{item}/switch/", "packs/bathrooms/import/"])
def test_a_manager_neither_withdraws_nor_imports(client, shelf, path):
    client.force_login(shelf.manager)
    assert client.post("/catalog/" + path.format(item=shelf.item.pk)).status_code == 403


def test_an_unknown_pack_does_not_exist(client, shelf):
    client.force_login(shelf.admin)
    assert client.get("/catalog/packs/nothing/").status_code == 404
    assert client.post("/catalog/packs/nothing/import/").status_code == 404


def test_the_preview_shows_three_lists_and_the_import_follows_it(client, shelf):
    client.force_login(shelf.admin)
    page = client.get("/catalog/packs/ev_chargers/").content.decode()
    assert all(word in page for word in ("New", "Changed", "Unchanged", "EV-AC-7"))
    assert not ServiceItem.objects.filter(code__startswith="EV-").exists()
    assert client.post("/catalog/packs/ev_chargers/import/").status_code == 302
    assert ServiceItem.objects.filter(code__startswith="EV-").exists()


def test_the_preview_names_every_value_an_import_would_replace(client, shelf):
    client.force_login(shelf.admin)
    assert client.post("/catalog/packs/ev_chargers/import/").status_code == 302
    assert not client.get("/catalog/packs/ev_chargers/").context["materials"]
    item = ServiceItem.objects.get(code="EV-AC-7")
    body = body_of_version(item.current)
    steps = (replace(body.steps[0], name="我们自己的勘测"), *body.steps[1:])
    own = replace(body, list_price_fen=body.list_price_fen + 1_00, steps=steps)
    publish_item(body=own, industry=item.industry, actor=shelf.admin)
    material = Material.objects.filter(code__in=codes_of(body)).first()
    Material.objects.filter(pk=material.pk).update(unit_price_fen=123_45)
    page = client.get("/catalog/packs/ev_chargers/").content.decode()
    changed = page.split("Changed", 1)[1].split("Unchanged", 1)[0]
    for words in (money(own.list_price_fen), money(body.list_price_fen), "我们自己的勘测"):
        assert words in changed
    replaced = page.split('id="pack-materials"', 1)[1]
    assert "¥123.45" in replaced
    assert money(material.unit_price_fen) in replaced
    material.refresh_from_db()
    assert material.unit_price_fen == 123_45


def codes_of(body):
    return [need.code for step in body.steps for need in step.materials]


def editor(client, shelf, **changes):
    """Return the fields of the open editor as the browser would send them."""
    context = client.get(f"/catalog/items/{shelf.item.pk}/edit/").context["editor"]
    fields = {"base": shelf.item.current.number}
    forms = [context.facts, context.steps.management_form, *context.steps.forms]
    for form in forms:
        for bound in form:
            value = bound.field.prepare_value(bound.value()) if bound.value() else bound.value()
            if value not in (None, False, ""):
                fields[bound.html_name] = "on" if value is True else str(value)
    return {key: value for key, value in (fields | changes).items() if value is not None}


def test_saving_the_editor_untouched_publishes_nothing(client, shelf):
    client.force_login(shelf.admin)
    path = f"/catalog/items/{shelf.item.pk}/edit/"
    answer = client.post(path, editor(client, shelf))
    assert answer.status_code == 302, answer.content.decode()
    assert ServiceItem.objects.get(pk=shelf.item.pk).current.number == 1


def test_an_edited_step_and_price_are_a_new_version(client, shelf):
    client.force_login(shelf.admin)
    path = f"/catalog/items/{shelf.item.pk}/edit/"
    typed = editor(client, shelf, list_price="1,288.50", **{"steps-0-minutes": "33"})
    assert client.post(path, typed).status_code == 302
    version = ServiceItem.objects.get(pk=shelf.item.pk).current
    assert (version.number, version.list_price_fen) == (2, 128_850)
    assert version.body["steps"][0]["minutes"] == 33
    old = client.get(f"/catalog/items/{shelf.item.pk}/versions/1/")
    assert "older version" in old.content.decode()
    assert client.get(f"/catalog/items/{shelf.item.pk}/versions/9/").status_code == 404


def test_steps_follow_their_places(client, shelf):
    client.force_login(shelf.admin)
    names = [step["name"] for step in shelf.item.current.body["steps"]]
    typed = editor(client, shelf, **{"steps-0-place": "2", "steps-1-place": "1"})
    client.post(f"/catalog/items/{shelf.item.pk}/edit/", typed)
    now = ServiceItem.objects.get(pk=shelf.item.pk).current.body["steps"]
    assert [step["name"] for step in now][:2] == [names[1], names[0]]
    assert [step["seq"] for step in now] == list(range(1, len(now) + 1))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"list_price": "1.005"}, "two decimals"),
        ({"list_price": "1e3"}, "two decimals"),
        ({"list_price": "-5"}, "not negative"),
        ({"steps-0-minutes": ""}, "how many minutes"),
        ({"steps-0-name": ""}, "Give the step a name"),
        ({"steps-0-materials": "NONE 2"}, "No material has the code NONE"),
        ({"steps-0-photos": "照片 × 99"}, "is no photo"),
        ({"name": ""}, "required"),
    ],
)
def test_a_wrong_entry_publishes_nothing_and_keeps_what_was_typed(client, shelf, change, sentence):
    client.force_login(shelf.admin)
    typed = editor(client, shelf, category="自定义分类", **change)
    answer = client.post(f"/catalog/items/{shelf.item.pk}/edit/", typed, headers=HX)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in body
    assert "自定义分类" in body
    assert ServiceItem.objects.get(pk=shelf.item.pk).current.number == 1


def test_a_stale_editor_is_a_conflict(client, shelf):
    client.force_login(shelf.admin)
    path = f"/catalog/items/{shelf.item.pk}/edit/"
    typed = editor(client, shelf, list_price="10")
    assert client.post(path, typed).status_code == 302
    assert client.post(path, typed | {"list_price": "11"}, headers=HX).status_code == 409
    assert client.post(path, typed | {"base": "9" * 30}, headers=HX).status_code == 409


def test_an_item_of_the_companys_own_is_published(client, shelf):
    client.force_login(shelf.admin)
    typed = {
        "code": "OWN-1",
        "industry": "bathrooms",
        "name": "花洒更换",
        "category": "花洒",
        "unit": "套",
        "flow": "installation",
        "list_price": "88",
        "steps-TOTAL_FORMS": "1",
        "steps-INITIAL_FORMS": "0",
    }
    answer = client.post("/catalog/items/new/", typed, headers=HX)
    assert "at least one step" in answer.content.decode()
    step = {"steps-0-name": "更换", "steps-0-minutes": "20", "steps-0-required": "on"}
    assert client.post("/catalog/items/new/", typed | step).status_code == 302
    assert ServiceItem.objects.get(code="OWN-1").current.labor_minutes == 20
    again = client.post("/catalog/items/new/", typed | step, headers=HX)
    assert "Another item has this code" in again.content.decode()


def test_a_withdrawn_item_can_be_offered_again(client, shelf):
    client.force_login(shelf.admin)
    path = f"/catalog/items/{shelf.item.pk}/switch/"
    for active in (False, True):
        assert client.post(path).status_code == 302
        assert ServiceItem.objects.get(pk=shelf.item.pk).is_active is active


def override_form(shelf, **changes):
    return {
        "region": shelf.regions["230100"].pk,
        "minutes_percent": "110",
        "extra_minutes": "0",
    } | changes


def test_a_manager_adds_changes_and_removes_an_override(client, shelf):
    client.force_login(shelf.manager)
    item = ServiceItem.objects.get(code="BA-TOILET")
    path = f"/catalog/items/{item.pk}/overrides/new/"
    assert client.get(path).status_code == 200
    assert client.post(path, override_form(shelf)).status_code == 302
    own = RegionalOverride.objects.get(item=item, region__code="230100")
    assert own.minutes_bp == 11_000
    edit = f"/catalog/overrides/{own.pk}/"
    assert client.get(edit).status_code == 200
    assert client.post(edit, override_form(shelf, months=["1", "2"])).status_code == 302
    now = RegionalOverride.objects.current().get(item=item, region__code="230100")
    assert (now.months, now.pk != own.pk) == ([1, 2], True)
    own.refresh_from_db()
    assert (own.months, own.until) == ([], now.since)  # as it was, and over
    assert client.get(edit).status_code == 404
    assert client.post(f"/catalog/overrides/{now.pk}/remove/").status_code == 302
    assert not RegionalOverride.objects.current().filter(item=item).exists()


def test_overrides_of_other_regions_are_out_of_reach(client, shelf):
    client.force_login(shelf.manager)
    foreign = RegionalOverride.objects.filter(region__code="440000").first()
    assert client.get(f"/catalog/overrides/{foreign.pk}/").status_code == 404
    assert client.post(f"/catalog/overrides/{foreign.pk}/remove/").status_code == 404
    item = ServiceItem.objects.get(code="BA-TOILET")
    typed = override_form(shelf, region=shelf.regions["440100"].pk)
    answer = client.post(f"/catalog/items/{item.pk}/overrides/new/", typed, headers=HX)
    assert answer.status_code == 422
    assert not RegionalOverride.objects.filter(item=item).exists()


@pytest.mark.parametrize("field", ["steps", "skills", "certificates", "flow", "item", "name"])
def test_a_field_of_the_core_sent_along_changes_nothing(client, shelf, field):
    client.force_login(shelf.manager)
    item = ServiceItem.objects.get(code="BA-TOILET")
    before = item.current.sha256
    typed = override_form(shelf, **{field: "[]"})
    assert client.post(f"/catalog/items/{item.pk}/overrides/new/", typed).status_code == 302
    assert ServiceItem.objects.get(pk=item.pk).current.sha256 == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"minutes_percent": "100"}, "Nothing is changed yet"),
        ({"minutes_percent": "501"}, "500"),
        ({"quantity": "2"}, "belong together"),
        ({"list_price": "abc"}, "two decimals"),
        ({"extra_minutes": "-1"}, "0"),
        ({"months": ["13"]}, "13"),
    ],
)
def test_an_impossible_override_says_why(client, shelf, change, sentence):
    client.force_login(shelf.manager)
    item = ServiceItem.objects.get(code="BA-TOILET")
    typed = override_form(shelf, note="保持这句话") | change
    if sentence.startswith("Nothing"):
        typed["note"] = ""
    answer = client.post(f"/catalog/items/{item.pk}/overrides/new/", typed, headers=HX)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ("保持这句话" in answer.content.decode()) is bool(typed["note"])


def test_the_price_list_shows_what_a_region_changes(client, shelf):
    client.force_login(shelf.admin)
    region = shelf.regions["440100"]
    page = client.get(f"/catalog/prices/?region={region.pk}&on=2026-05-01").content.decode()
    assert "广东省" in page.split(shelf.item.code)[1].split("</tr>")[0]
    assert client.get("/catalog/prices/?region=x&on=2026-02-30").status_code == 200


def test_a_manager_reads_prices_of_the_own_regions_only(client, shelf):
    client.force_login(shelf.manager)
    page = client.get("/catalog/prices/").content.decode()
    assert "哈尔滨市" in page
    assert "广州市" not in page


def test_materials_are_added_and_changed(client, shelf):
    client.force_login(shelf.admin)
    typed = {
        "code": "OWN-M",
        "name": "硅胶",
        "unit": "支",
        "kind": "consumable",
        "price": "１２.５",
        "is_active": "on",
    }
    assert client.post("/catalog/materials/new/", typed).status_code == 302
    material = Material.objects.get(code="OWN-M")
    assert material.unit_price_fen == 1_250
    changed = typed | {"price": "13", "code": "OTHER"}
    assert client.post(f"/catalog/materials/{material.pk}/", changed).status_code == 302
    material.refresh_from_db()
    assert (material.code, material.unit_price_fen) == ("OWN-M", 1_300)


@pytest.mark.parametrize(
    ("code", "status"), [("SKU-1", 302), ("SKU*", 302), ("*", 422), ("S*K", 422), ("", 422)]
)
def test_a_product_is_mapped_by_code_or_by_how_it_begins(client, shelf, code, status):
    client.force_login(shelf.admin)
    typed = {"platform": "youzan", "product_code": code, "item": shelf.item.pk}
    assert client.post("/catalog/mappings/new/", typed).status_code == status
    assert ProductMapping.objects.filter(platform="youzan").exists() is (status == 302)


def test_a_product_is_mapped_once_and_can_be_forgotten(client, shelf):
    client.force_login(shelf.admin)
    typed = {"platform": "tmall", "product_code": "SKU-1", "item": ""}
    assert client.post("/catalog/mappings/new/", typed).status_code == 302
    assert client.post("/catalog/mappings/new/", typed).status_code == 422
    mapping = ProductMapping.objects.get(platform="tmall")
    assert client.post(f"/catalog/mappings/{mapping.pk}/remove/").status_code == 302
    assert not ProductMapping.objects.filter(platform="tmall").exists()


@pytest.mark.parametrize("path", ["items/", "prices/", "materials/", "mappings/"])
def test_a_list_takes_the_same_queries_for_every_length(
    client, shelf, path, django_assert_max_num_queries
):
    client.force_login(shelf.admin)
    ServiceItem.objects.exclude(pk=shelf.item.pk).update(is_active=False)
    client.get(f"/catalog/{path}")
    with django_assert_max_num_queries(60) as few:
        client.get(f"/catalog/{path}")
    ServiceItem.objects.update(is_active=True)
    RegionFactory()
    with django_assert_max_num_queries(len(few)):
        client.get(f"/catalog/{path}")


@pytest.mark.parametrize(
    ("line", "need"),
    [
        ("铭牌照", PhotoNeed("铭牌照", 1, "")),
        ("完工照 × 2", PhotoNeed("完工照", 2, "")),
        ("完工照*3 | 含阀门", PhotoNeed("完工照", 3, "含阀门")),
    ],
)
def test_a_photo_is_read_from_a_line(line, need):
    assert PhotosField().clean(line) == (need,)
    assert PhotosField().clean(PhotosField().prepare_value((need,))) == (need,)


@pytest.mark.parametrize(
    ("line", "milli"), [("M-1", 0), ("M-1 2", 2000), ("M-1 0.125", 125), ("M-1 １.５", 1500)]
)
def test_a_material_is_read_from_a_line(line, milli):
    assert MaterialsField().clean(line) == (MaterialNeed("M-1", milli),)


@pytest.mark.parametrize("line", ["M-1 x", "M-1 1.2345", "M-1 -1", "M-1 1e3"])
def test_a_quantity_that_is_none_is_refused(line):
    with pytest.raises(ValidationError):
        MaterialsField().clean(line)


@pytest.mark.parametrize(("milli", "text"), [(1000, "1"), (3500, "3.5"), (125, "0.125"), (0, "0")])
def test_a_quantity_is_written_without_idle_zeros(milli, text):
    assert quantity_text(milli) == text


def test_a_price_is_shown_in_yuan_and_kept_in_fen():
    field = YuanField()
    assert field.prepare_value(128_850) == "1288.50"
    assert field.clean("1,288.50") == 128_850
