"""Industry packs: what is in the shipped ones, what is refused, what an import would change."""

import re

import pytest

from accounts.certificates import CERTIFICATE_NAMES
from catalog.pack_format import Change, PackError, diff, read_pack, shipped_packs
from catalog.product_hints import suggested_item

PACKS = {path.stem: read_pack(path) for path in shipped_packs()}
ITEMS = [item for pack in PACKS.values() for item in pack.items]

SMALL = """
code = "small"
name = "小包"
version = "1"
industry = "试"
skills = [{ code = "AC", name = "空调" }]
certificates = [{ code = "C", name = "证" }]
materials = [{ code = "M", name = "料", unit = "米", kind = "consumable", unit_price_fen = 100 }]

[[items]]
code = "I"
name = "项目"
category = "类"
unit = "台"
flow = "installation"
list_price_fen = 1000
skills = [{ skill = "AC", rank = 2 }]
certificates = ["C"]
steps = [{ name = "步", minutes = 10, instruction = "做。", materials = [{ code = "M", milli = 500 }] }]

[[mappings]]
item = "I"
prefixes = ["P-"]
"""


def test_three_packs_are_shipped_with_at_least_ten_items_each():
    assert set(PACKS) == {"home_appliances", "ev_chargers", "bathrooms"}
    assert all(len(pack.items) >= 12 for pack in PACKS.values())
    codes = [item.code for item in ITEMS]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_an_item_is_complete_enough_to_be_worked_from(item):
    assert re.fullmatch(r"(HA|EV|BA)-[A-Z0-9-]+", item.code)
    assert 6 <= len(item.steps) <= 10
    assert all(step.minutes > 0 for step in item.steps)
    assert item.labor_minutes == sum(step.minutes for step in item.steps)
    assert item.skills
    assert any(step.materials for step in item.steps)
    assert any(step.safety for step in item.steps)
    assert item.list_price_fen > 0
    assert item.flow in {"installation", "repair"}
    assert sum(len(step.photos) for step in item.steps) >= 3
    assert sum(step.required for step in item.steps) >= 5
    assert all(step.instruction.endswith("。") for step in item.steps)


def test_every_repair_asks_the_customer_before_the_work():
    for item in ITEMS:
        if item.flow == "repair":
            names = "".join(step.name for step in item.steps)
            assert "确认" in names, item.code


def test_every_certificate_of_a_pack_is_called_the_same_on_every_page():
    named = {each.code: each.name for pack in PACKS.values() for each in pack.certificates}
    assert named == CERTIFICATE_NAMES


def test_every_kind_of_work_that_needs_a_certificate_names_it():
    needed = {item.code: set(item.certificates) for item in ITEMS}
    assert needed["HA-AC-15"] == {"CERT-REFRIG", "CERT-HIGH"}
    assert needed["HA-GWH"] == {"CERT-GAS"}
    assert all(
        "CERT-LV" in needed[i.code]
        for i in ITEMS
        if i.code.startswith("EV-") and i.code != "EV-METER"
    )


@pytest.mark.parametrize(
    ("pack", "item", "area", "months", "minutes_bp", "has_material"),
    [
        ("home_appliances", "HA-EWH", "东北", (11, 12, 1, 2, 3), 10_000, True),
        ("ev_chargers", "EV-AC-7", "东北", (11, 12, 1, 2, 3), 10_000, True),
        ("bathrooms", "BA-WATERPROOF", "华南", (4, 5, 6, 7, 8, 9), 12_000, False),
    ],
)
def test_winter_in_the_north_east_and_rain_in_the_south_change_an_item(
    pack, item, area, months, minutes_bp, has_material
):
    found = next(o for o in PACKS[pack].overrides if (o.item, o.area) == (item, area))
    assert (found.months, found.minutes_bp, bool(found.materials)) == (
        months,
        minutes_bp,
        has_material,
    )
    assert all(re.fullmatch(r"\d{6}", code) for code in found.divisions)


@pytest.mark.parametrize(
    ("old", "new", "path", "reason"),
    [
        ('version = "1"', "", "version", "text"),
        ('code = "I"', "code = 5", "items[0].code", "text"),
        ("list_price_fen = 1000", "list_price_fen = 10.5", "items[0].list_price_fen", "whole"),
        ("list_price_fen = 1000", "list_price_fen = -1", "items[0].list_price_fen", "whole"),
        ("minutes = 10", "minutes = 0", "items[0].steps[0].minutes", "at least 1"),
        ("minutes = 10", "minutes = true", "items[0].steps[0].minutes", "whole"),
        ("minutes = 10", "minuts = 10", "items[0].steps[0].minuts", "not known"),
        ('kind = "consumable"', 'kind = "toy"', "materials[0].kind", "consumable or part"),
        ("rank = 2", "rank = 5", "items[0].skills[0].rank", "at most 4"),
        ('skill = "AC"', 'skill = "TV"', "items[0].skills", "skills"),
        ('certificates = ["C"]', 'certificates = ["D"]', "items[0].certificates", "certificates"),
        ('code = "M", milli', 'code = "N", milli', "items[0].steps[0].materials", "materials"),
        ('item = "I"', 'item = "J"', "mappings[0].item", "items"),
        ('prefixes = ["P-"]', "", "mappings[0]", "prefix or a keyword"),
        ("steps = [{", 'steps = "none" # [{', "items[0].steps", "list of tables"),
        ('code = "small"', 'code = "small', "", "TOML"),
    ],
)
def test_a_wrong_pack_is_refused_with_the_path_and_the_reason(old, new, path, reason):
    assert read_pack(SMALL).code == "small"
    with pytest.raises(PackError) as caught:
        read_pack(SMALL.replace(old, new, 1))
    assert any(where == path and reason in why for where, why in caught.value.errors), (
        caught.value.errors
    )


def test_all_errors_are_listed_at_once():
    wrong = SMALL.replace("minutes = 10", "minutes = 0").replace('name = "小包"', "")
    with pytest.raises(PackError) as caught:
        read_pack(wrong)
    assert len(caught.value.errors) == 2


def test_a_code_used_twice_is_refused():
    with pytest.raises(PackError) as caught:
        read_pack(SMALL + SMALL[SMALL.index("[[items]]") : SMALL.index("[[mappings]]")])
    assert ("items", "the code I is used twice") in caught.value.errors


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(PackError):
        read_pack(tmp_path / "none.toml")
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PackError):
        read_pack(tmp_path / "odd.toml")


def test_an_import_is_shown_as_new_changed_and_unchanged():
    before = read_pack(SMALL)
    after = read_pack(SMALL.replace("minutes = 10", "minutes = 12"))
    known = {item.code: item.sha256 for item in before.items}
    assert diff(before, {}) == {"I": Change.NEW}
    assert diff(before, known) == {"I": Change.UNCHANGED}
    assert diff(after, known) == {"I": Change.CHANGED}


def test_an_item_becomes_plain_json_with_its_minutes():
    body = read_pack(SMALL).items[0].as_body()
    assert body["labor_minutes"] == 10
    assert body["steps"][0]["materials"] == [{"code": "M", "milli": 500}]
    assert body["steps"][0]["required"] is True


@pytest.mark.parametrize(
    ("code", "title", "item"),
    [
        ("P-AC-15-W", "随便", "HA-AC-15"),
        ("p-ac-15", "", "HA-AC-15"),
        ("", "变频壁挂式空调大1匹", "HA-AC-15"),
        ("X-1", "智能马桶维修服务", "BA-SMART-FIX"),
        ("X-1", "全自动智能马桶一体机", "BA-SMART"),
        ("X-1", "普通马桶", "BA-TOILET"),
        ("P-EV-7", "马桶", "EV-AC-7"),
        ("X-1", "办公椅", None),
        ("", "", None),
    ],
)
def test_the_longest_hint_decides_and_a_code_stands_above_a_title(code, title, item):
    hints = [hint for pack in PACKS.values() for hint in pack.mappings]
    assert suggested_item(hints, product_code=code, title=title) == item


def test_no_two_items_claim_the_same_prefix():
    prefixes = [p for pack in PACKS.values() for hint in pack.mappings for p in hint.prefixes]
    assert len(prefixes) == len(set(prefixes))
