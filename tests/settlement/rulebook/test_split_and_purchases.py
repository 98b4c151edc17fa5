"""What a component needs is made where it is needed: a table of shares, purchase prices."""

from __future__ import annotations

import pytest

from catalog.models import Material
from settlement.engine.lint import check_rules
from settlement.explaining import code_names
from settlement.rule_sheets import body_shown
from settlement.rulebook.parts import add, raw_of
from settlement.rulebook.split_shares import fit_shares
from tests.settlement.rulebook.test_editor_pages import desk, save

__all__ = ["desk"]
A, B, C = ({"code": code, "party": "hq"} for code in "ABC")


@pytest.mark.parametrize(
    ("before", "after", "weights"),
    [
        ([A, B], [A, B], [4000, 6000]),
        ([A, B], [B, A], [6000, 4000]),
        ([A, B], [A, B, C], [4000, 6000, 0]),
        ([A, B], [B], [6000]),
        ([A, B], [A, C], [4000, 6000]),
    ],
    ids=["same", "turned", "came", "went", "renamed"],
)
def test_percentages_follow_their_parties(before, after, weights):
    rows = [{"id": "R1", "when": {}, "shares_bp": [4000, 6000]}]
    new = {"shares": after, "rows": rows}
    fit_shares(new, {"shares": before, "rows": rows})
    assert new["rows"][0]["shares_bp"] == weights


def test_a_split_gets_a_table_of_its_own_and_back_without_a_fault(desk, draft):
    assert not [f for f in check_rules(draft.body) if f.level == "fault"]
    fixed = [share["bp"] for share in raw_of(draft.body, "c.SPLIT")["shares"]]
    page = save(desk, draft, "c.SPLIT", _source="own", shares_shown="1").content.decode()
    assert 'name="o:0:shares_bp"' in page
    draft.refresh_from_db()
    split = raw_of(draft.body, "c.SPLIT")
    assert [row["shares_bp"] for row in split["rows"]] == [fixed]
    assert not [f for f in check_rules(draft.body) if f.level == "fault"]

    entries = {"_source": "own", "shares_shown": "1", "table_shown": "1", "label:0": ""}
    save(desk, draft, "c.SPLIT", **entries, op="row-add", col_add="urgent")
    draft.refresh_from_db()
    assert [r["shares_bp"] for r in raw_of(draft.body, "c.SPLIT")["rows"]] == [fixed, fixed]
    save(desk, draft, "c.SPLIT", _source="own", shares_shown="1", op="list-add:shares")
    draft.refresh_from_db()
    rows = raw_of(draft.body, "c.SPLIT")["rows"]
    assert [r["shares_bp"] for r in rows] == [[*fixed, 0]] * 2
    assert not [f for f in check_rules(draft.body) if f.path.endswith(".bp")]

    save(desk, draft, "c.SPLIT", _source="fixed", shares_shown="1")
    draft.refresh_from_db()
    split = raw_of(draft.body, "c.SPLIT")
    assert [share["bp"] for share in split["shares"]] == [*fixed, 0]
    assert "rows" not in split
    assert not [f for f in check_rules(draft.body) if f.level == "fault"]


def test_purchase_prices_are_made_at_the_materials_and_typed_in_a_grid(desk, draft):
    at = add(draft.body, "c", "materials")
    draft.save()
    code = Material.objects.values_list("code", flat=True)[0]
    save(desk, draft, at, grid="new:", label="材料")
    draft.refresh_from_db()
    name = raw_of(draft.body, at)["grid"]
    grid = draft.body["grids"][name]
    assert grid == {
        "rows_by": ["material"],
        "fen": dict(Material.objects.filter(is_active=True).values_list("code", "unit_price_fen")),
    }
    page = desk.get(f"/settlement/rules/drafts/{draft.pk}/", {"part": f"g.{name}"})
    assert Material.objects.get(code=code).name in page.content.decode()
    assert "rows_by_add" not in page.content.decode()
    row = sorted(grid["fen"]).index(code)
    posted = {"grid_shown": "1", "key": sorted(grid["fen"]), f"p:{row}:0": "¥12.34"}
    save(desk, draft, f"g.{name}", **posted, rows_by_add="city")
    draft.refresh_from_db()
    save(desk, draft, f"g.{name}", grid_shown="1", column_by="region")
    draft.refresh_from_db()
    assert draft.body["grids"][name]["fen"][code] == [1234]
    assert draft.body["grids"][name]["rows_by"] == ["material"]
    assert not [f for f in check_rules(draft.body) if "grid" in f.path]
    told = body_shown(draft.body, {}, code_names())
    assert Material.objects.get(code=code).name in str(told)


def test_purchase_prices_are_no_prices_of_items(desk, draft):
    draft.body["grids"]["bought"] = {"rows_by": ["material"], "fen": {"X": 100}}
    at = add(draft.body, "c", "materials")
    priced = add(draft.body, "c", "price")
    draft.save()
    for part, offered in ((at, True), (priced, False)):
        page = desk.get(f"/settlement/rules/drafts/{draft.pk}/", {"part": part})
        choice = page.content.decode().split('id="e-grid"')[1].split("</select>")[0]
        assert ('value="bought"' in choice) is offered
        assert ('value="price"' in choice) is not offered


def test_without_materials_the_offer_says_what_to_do(desk, draft):
    at = add(draft.body, "c", "materials")
    draft.save()
    Material.objects.update(is_active=False)
    assert save(desk, draft, at, grid="new:").status_code == 422
    draft.refresh_from_db()
    assert draft.revision == 1
