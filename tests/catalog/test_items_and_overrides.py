"""Versions are frozen, overrides change permitted parameters only, packs import as often as you like."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, transaction

from catalog.item_body import read_body
from catalog.models import (
    ImportedPack,
    Material,
    ProductMapping,
    RegionalOverride,
    ServiceItem,
    ServiceItemVersion,
)
from catalog.resolve import effective_item, price_list
from catalog.selectors import active_items, pack_cards, suggestion
from catalog.services.items import publish_edit
from catalog.services.overrides import Change, remove_override, save_override
from catalog.services.packs import apply_imported_overrides, import_pack, preview_pack
from common import clock
from common.errors import Conflict, Refused
from network.services import seed_regions
from tests.factories import RegionFactory


def body_of(item):
    return read_body(item.current.body)


def test_a_preview_writes_nothing(tenant):
    _pack, changes = preview_pack("ev_chargers")
    assert set(changes.values()) == {"new"}
    assert not ServiceItem.objects.exists()
    assert not ImportedPack.objects.exists()


def test_importing_again_changes_nothing(shelf):
    before = [
        model.objects.count()
        for model in (ServiceItemVersion, Material, ProductMapping, RegionalOverride)
    ]
    again = import_pack("bathrooms", actor=shelf.admin)
    assert (again.created_items, again.changed_items) == (0, 0)
    after = [
        model.objects.count()
        for model in (ServiceItemVersion, Material, ProductMapping, RegionalOverride)
    ]
    assert after == before
    assert set(preview_pack("bathrooms")[1].values()) == {"unchanged"}


def test_the_gallery_says_which_pack_is_imported(shelf):
    states = {card.pack.code: card.is_current for card in pack_cards()}
    assert states == {"bathrooms": True, "ev_chargers": False, "home_appliances": False}


def test_an_edit_is_a_new_version_and_the_old_one_stays(shelf):
    old = shelf.item.current
    changed = replace(body_of(shelf.item), list_price_fen=99_900)
    new = publish_edit(item_id=shelf.item.pk, base_number=1, body=changed, actor=shelf.admin)
    assert (new.number, new.list_price_fen) == (2, 99_900)
    kept = ServiceItemVersion.objects.get(pk=old.pk)
    assert (kept.list_price_fen, kept.sha256) == (old.list_price_fen, old.sha256)
    assert ServiceItem.objects.get(pk=shelf.item.pk).current == new


def test_an_equal_body_publishes_nothing(shelf):
    same = publish_edit(
        item_id=shelf.item.pk, base_number=1, body=body_of(shelf.item), actor=shelf.admin
    )
    assert same.number == 1


def test_the_database_itself_keeps_versions_as_they_are(shelf):
    with pytest.raises(DatabaseError), transaction.atomic():
        ServiceItemVersion.objects.filter(pk=shelf.item.current_id).update(list_price_fen=1)


def test_who_edits_an_outdated_version_is_told(shelf):
    changed = replace(body_of(shelf.item), list_price_fen=99_900)
    publish_edit(item_id=shelf.item.pk, base_number=1, body=changed, actor=shelf.admin)
    with pytest.raises(Conflict):
        publish_edit(item_id=shelf.item.pk, base_number=1, body=changed, actor=shelf.admin)


def test_the_code_of_an_item_stays(shelf):
    other = replace(body_of(shelf.item), code="BA-OTHER")
    with pytest.raises(Refused):
        publish_edit(item_id=shelf.item.pk, base_number=1, body=other, actor=shelf.admin)


@pytest.mark.parametrize(
    ("code", "city", "month", "minutes", "extra_material"),
    [
        ("BA-PIPE", "230100", 1, 40, ("BA-M-ANTIFREEZE", 6000)),
        ("BA-PIPE", "230100", 11, 40, ("BA-M-ANTIFREEZE", 6000)),
        ("BA-PIPE", "230100", 7, 0, None),
        ("BA-PIPE", "440100", 1, 0, None),
        ("BA-WATERPROOF", "230100", 2, 60, None),
    ],
)
def test_winter_in_the_north_east_adds_antifreeze_and_time(
    shelf, code, city, month, minutes, extra_material
):
    item = ServiceItem.objects.get(code=code)
    there = effective_item(
        version=item.current, region=shelf.regions[city], on=date(2026, month, 15)
    )
    assert there.labor_minutes == item.current.labor_minutes + minutes
    planned = {need.code: need.quantity_milli for need in there.materials}
    if extra_material:
        assert planned[extra_material[0]] == extra_material[1]
    else:
        assert "BA-M-ANTIFREEZE" not in planned


@pytest.mark.parametrize(("month", "bp"), [(4, 12_000), (9, 12_000), (10, 10_000), (3, 10_000)])
def test_the_rainy_season_of_the_south_takes_a_fifth_longer(shelf, month, bp):
    version = shelf.item.current
    there = effective_item(version=version, region=shelf.regions["440100"], on=date(2026, month, 1))
    assert there.labor_minutes == (version.labor_minutes * bp + 5_000) // 10_000
    assert bool(there.notes) == (bp == 12_000)


def test_the_narrowest_region_sets_the_price(shelf):
    province, city = shelf.regions["440000"], shelf.regions["440100"]
    item = ServiceItem.objects.get(code="BA-PIPE")
    for region, price_fen in ((province, 50_000), (city, 60_000)):
        save_override(
            item=item, region=region, change=Change(list_price_fen=price_fen), actor=shelf.admin
        )
    area = RegionFactory(parent=city, level="business_area")
    on = date(2026, 1, 1)
    prices = [
        effective_item(version=item.current, region=region, on=on).list_price_fen
        for region in (province, city, area, shelf.regions["230100"], None)
    ]
    hq = item.current.list_price_fen
    assert prices == [50_000, 60_000, 60_000, hq, hq]
    row = next(r for r in price_list(active_items(), region=area, on=on) if r.item == item)
    assert (row.list_price_fen, len(row.overrides)) == (60_000, 2)


def test_the_core_is_never_changed_by_a_region(shelf):
    there = effective_item(
        version=shelf.item.current, region=shelf.regions["440100"], on=date(2026, 5, 1)
    )
    assert there.body == body_of(shelf.item)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change(), "override.empty"),
        (Change(minutes_bp=999), "override.bounds"),
        (Change(minutes_bp=50_001), "override.bounds"),
        (Change(extra_minutes=-1), "override.bounds"),
        (Change(list_price_fen=-1), "override.bounds"),
        (Change(months=(13,), note="x"), "override.bounds"),
        (Change(material_code="NONE", material_milli=1), "override.material"),
        (Change(material_code="BA-M-ANTIFREEZE"), "override.material"),
        (Change(months=(4,), note="x"), "override.twice"),
        (Change(note="x"), "override.twice"),
    ],
)
def test_an_override_stays_inside_what_a_region_may_do(shelf, change, code):
    with pytest.raises(Refused) as refusal:
        save_override(
            item=shelf.item, region=shelf.regions["440000"], change=change, actor=shelf.admin
        )
    assert refusal.value.code == code


def test_a_manager_overrides_in_the_own_regions_alone(shelf):
    item = ServiceItem.objects.get(code="BA-TOILET")
    change = Change(extra_minutes=10)
    save_override(item=item, region=shelf.regions["230100"], change=change, actor=shelf.manager)
    for region in ("440100", "东北"):
        with pytest.raises(Refused) as refusal:
            save_override(
                item=item, region=shelf.regions[region], change=change, actor=shelf.manager
            )
        assert refusal.value.code == "override.region"
    with pytest.raises(Refused):
        save_override(
            item=item, region=shelf.regions["230100"], change=change, actor=shelf.dispatcher
        )


def test_regions_added_later_get_the_overrides_of_imported_packs(shelf):
    seed_regions(codes=["450000"])
    assert not RegionalOverride.objects.filter(region__code="450000").exists()
    assert apply_imported_overrides() > 0
    assert RegionalOverride.objects.filter(region__code="450000", item=shelf.item).exists()
    assert apply_imported_overrides() == 0


def test_what_a_region_set_itself_survives_an_import(shelf):
    own = RegionalOverride.objects.get(region__code="440000", item=shelf.item)
    RegionalOverride.objects.filter(pk=own.pk).update(months=[5], minutes_bp=15_000)
    import_pack("bathrooms", actor=shelf.admin)
    found = RegionalOverride.objects.filter(region__code="440000", item=shelf.item)
    assert [(row.months, row.minutes_bp) for row in found] == [([5], 15_000)]


@pytest.mark.parametrize(
    ("title", "code"),
    [("智能马桶 安装", "BA"), ("随车充电枪", None), ("钢笔", None)],
)
def test_a_suggestion_names_items_of_this_company_only(shelf, title, code):
    found = suggestion(product_code="X", title=title)
    assert (found and found.code.split("-")[0]) == code


def test_what_a_region_changes_leaves_what_it_asked_for_before(shelf):
    """An order of last year shows what was asked of it then: rows end and are never changed."""
    item, region = ServiceItem.objects.get(code="BA-TOILET"), shelf.regions["230100"]
    say = partial(save_override, item=item, region=region, actor=shelf.manager)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    with clock.moved_to(start):
        first = say(change=Change(note="冬季保温"))
        assert say(change=Change(note="冬季保温"), override=first) == first
    with clock.moved_to(start + timedelta(days=30)):
        second = say(change=Change(note="先断电"), override=first)
        with pytest.raises(Conflict):
            say(change=Change(note="又改"), override=first)
    with clock.moved_to(start + timedelta(days=60)):
        remove_override(override=second, actor=shelf.manager)

    def notes(as_of=None):
        return effective_item(
            version=item.current, region=region, on=date(2026, 3, 1), as_of=as_of
        ).notes

    days = [start + timedelta(days=n) for n in (-1, 0, 29, 30, 59, 60)]
    assert [notes(day) for day in days] == [
        (), ("冬季保温",), ("冬季保温",), ("先断电",), ("先断电",), (),
    ]  # fmt: skip
    assert notes() == ()
