"""A part that gets another name is one change: nothing of two people's work is lost with it."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from settlement.engine.paths import Change, value_at
from settlement.engine.regional import permitted_values
from settlement.rulebook.drafts import EditConflict, save_draft
from settlement.rulebook.editing import copied
from settlement.rulebook.merging import merge, resolved
from settlement.rulebook.parts import remove
from settlement.rulebook.renames import Rename, rename_in, renamed
from tests.browsing import TenantClient
from tests.settlement.rulebook.test_editor_pages import desk, save

__all__ = ["desk"]

BODY: dict[str, Any] = {
    "permits": ["/components/B/rate_bp", "/tables/tier/rows/*/coef_bp"],
    "sums": {"all": {"label": "全部", "of": ["A", "-B"]}},
    "tables": {"tier": {"hit": "FIRST", "rows": [{"id": "T1", "coef_bp": 1}]}},
    "grids": {"price": {"fen": {"X": 1}}},
    "components": [
        {"code": "A", "kind": "flat", "label": "甲", "amount_fen": 1, "grid": "price"},
        {
            "code": "B",
            "kind": "percent",
            "label": "乙",
            "base": "A",
            "rate_bp": 10,
            "table": "tier",
        },
        {"code": "C", "kind": "percent", "label": "丙", "base": ["A", "B"], "rate_bp": 20},
    ],
}
B = Rename("components", "B", "BB")
NO_NAME = "/components/B/@"


def edited(body: dict[str, Any], code: str, **values: Any) -> dict[str, Any]:
    result = copied(body)
    value_at(result, f"/components/{code}").update(values)
    return result


def of_both(theirs: dict[str, Any], mine: dict[str, Any], renames: list[Rename]) -> Any:
    return merge(BODY, theirs, mine, renames)


def test_a_rename_takes_everything_that_names_the_part_along():
    body = renamed(BODY, B)
    assert body["sums"]["all"]["of"] == ["A", "-BB"]
    assert value_at(body, "/components/C/base") == ["A", "BB"]
    assert body["permits"][0] == "/components/BB/rate_bp"
    assert permitted_values(body)["/components/BB/rate_bp"] == 10
    tables = renamed(BODY, Rename("tables", "tier", "level"))
    assert value_at(tables, "/components/B/table") == "level"
    assert tables["permits"][1] == "/tables/level/rows/*/coef_bp"
    assert value_at(renamed(BODY, Rename("grids", "price", "fees")), "/components/A/grid") == "fees"


def test_a_part_that_goes_leaves_the_list_of_what_regions_may_change():
    body = copied(BODY)
    remove(body, "c.B")
    assert body["permits"] == ["/tables/tier/rows/*/coef_bp"]


@pytest.mark.parametrize("ticked", [True, False])
def test_a_renamed_part_somebody_else_edited_is_there_once_with_their_edit(ticked):
    theirs, mine = edited(BODY, "B", rate_bp=99), edited(renamed(BODY, B), "BB", label="新乙")
    found = of_both(theirs, mine, [])
    [name, *rest] = found.differences
    assert (name.path, name.was, name.theirs, name.mine) == (NO_NAME, "B", "B", "BB")
    assert {each.path for each in rest} == {"/components/BB/rate_bp", "/components/BB/label"}
    proposed = {each.path for each in found.differences if not each.take_mine}
    body = resolved(theirs, found.own, proposed if ticked else {*proposed, NO_NAME})
    code = "BB" if ticked else "B"
    assert [each["code"] for each in body["components"]] == ["A", code, "C"]
    assert (value_at(body, f"/components/{code}/rate_bp")) == 99
    assert value_at(body, f"/components/{code}/label") == "新乙"
    assert body["sums"]["all"]["of"] == ["A", f"-{code}"]
    assert value_at(body, "/components/C/base") == ["A", code]


def test_an_edit_goes_on_under_the_name_somebody_else_gave_the_part():
    theirs, mine = renamed(BODY, B), edited(BODY, "B", rate_bp=77)
    found = of_both(theirs, mine, [B])
    assert [each["code"] for each in found.written["components"]] == ["A", "BB", "C"]
    assert value_at(found.written, "/components/BB/rate_bp") == 77
    assert found.differences == []


def test_two_names_for_one_part_are_a_choice():
    mine = renamed(BODY, Rename("components", "B", "BX"))
    found = of_both(renamed(BODY, B), mine, [B])
    [name] = found.differences
    assert (name.was, name.theirs, name.mine, name.clash) == ("B", "BB", "BX", True)
    for dropped, code in ((set(), "BX"), ({name.path}, "BB")):
        body = resolved(renamed(BODY, B), found.own, dropped)
        assert [each["code"] for each in body["components"]] == ["A", code, "C"]
        assert value_at(body, "/components/C/base") == ["A", code]


def test_what_others_built_on_the_old_name_follows_the_new_one():
    theirs = copied(BODY)
    theirs["sums"]["more"] = {"label": "更多", "of": ["B"]}
    found = of_both(theirs, renamed(BODY, B), [])
    assert found.differences == []
    assert found.written["sums"]["more"]["of"] == ["BB"]


def test_a_new_name_for_what_was_taken_away_is_kept_as_a_part_of_its_own():
    theirs = copied(BODY)
    remove(theirs, "c.B")
    found = of_both(theirs, edited(renamed(BODY, B), "BB", rate_bp=5), [])
    body = resolved(theirs, found.own, set())
    assert value_at(body, "/components/BB/rate_bp") == 5


@pytest.mark.parametrize(
    ("section", "old", "new", "path"),
    [
        ("tables", "tier", "level", "/tables/{}/hit"),
        ("grids", "price", "fees", "/grids/{}/fen/X"),
    ],
)
def test_a_renamed_table_or_grid_keeps_what_somebody_else_typed_in_it(section, old, new, path):
    theirs = copied(BODY)
    *way, last = path.format(old).split("/")
    value_at(theirs, "/".join(way))[last] = 7
    found = of_both(theirs, renamed(BODY, Rename(section, old, new)), [])
    proposed = {each.path for each in found.differences if not each.take_mine}
    body = resolved(theirs, found.own, proposed)
    assert list(body[section]) == [new]
    assert value_at(body, path.format(new)) == 7


def test_a_save_that_renames_is_told_from_one_that_adds_or_removes():
    for change, found in (
        ({"/components/RAIN": None}, None),
        ({"/components/NEW": {"code": "NEW", "kind": "flat"}}, None),
        ({"/components/RAIN": None, "/components/NEW": {"code": "NEW", "kind": "flat"}},
         Rename("components", "RAIN", "NEW")),
    ):  # fmt: skip
        asked = {
            path: Change({"code": "x"} if value is None else None, value)
            for path, value in change.items()
        }
        assert rename_in(asked) == found


def test_what_nobody_else_touched_is_written_with_the_choice(draft, company, colleague):
    save_draft(draft_id=draft.pk, revision=1, change={"/sums/extras/label": "加价合计"}, actor=colleague)  # fmt: skip
    draft.refresh_from_db()
    before = copied(draft.body)
    remove(before, "c.URGENT")
    change = {"/components/URGENT": None, "/sums/extras/of": before["sums"]["extras"]["of"]}
    with pytest.raises(EditConflict) as caught:
        save_draft(draft_id=draft.pk, revision=1, change=change, actor=company.finance)
    conflict = caught.value
    assert {each.path for each in conflict.differences} == {"/sums/extras/label", "/sums/extras/of"}
    body = resolved(conflict.draft.body, conflict.own, {"/sums/extras/label"})
    assert value_at(body, "/components/URGENT") is None
    assert value_at(body, "/sums/extras/label") == "加价合计"


def test_a_component_renamed_while_another_person_edits_it_is_saved_from_the_page(
    desk, draft, colleague
):
    other = TenantClient(desk.place)
    other.force_login(colleague)
    save(other, draft, "c.URGENT", rate_bp="40%", _source="fixed")
    answer = save(
        desk, draft, "c.URGENT", code="RUSH", label="急单", rate_bp="30%", _source="fixed"
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "URGENT" in page
    assert "RUSH" in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    ticked = re.findall(r'name="mine_at" value="([^"]*)"[^>]*checked', page)
    chosen = {name: html.unescape(value) for name, value in hidden.items()}
    done = desk.post(
        f"/settlement/rules/drafts/{draft.pk}/resolve/",
        {**chosen, "mine_at": [html.unescape(each) for each in ticked]},
        headers={"HX-Request": "true"},
    )
    assert done.status_code == 200
    draft.refresh_from_db()
    assert value_at(draft.body, "/components/URGENT") is None
    assert value_at(draft.body, "/components/RUSH/rate_bp") == 4000
    assert value_at(draft.body, "/components/RUSH/label") == "急单"
    assert "RUSH" in draft.body["sums"]["extras"]["of"]
    assert "URGENT" not in draft.body["sums"]["extras"]["of"]
    assert "/components/RUSH/rate_bp" in draft.body["permits"]


def test_a_new_name_alone_stands_in_nobodys_way(desk, draft, colleague):
    other = TenantClient(desk.place)
    other.force_login(colleague)
    save(other, draft, "c.URGENT", rate_bp="40%", _source="fixed")
    answer = save(desk, draft, "c.URGENT", code="RUSH", rate_bp="30%", _source="fixed")
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert value_at(draft.body, "/components/URGENT") is None
    assert value_at(draft.body, "/components/RUSH/rate_bp") == 4000
