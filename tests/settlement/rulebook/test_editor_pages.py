"""The editor's pages: every part opens, a save is kept, slips and conflicts keep what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from settlement.engine.lint import check_rules
from settlement.rulebook.kinds import KINDS
from settlement.rulebook.parts import add, raw_of
from tests.browsing import TenantClient
from tests.factories import UserFactory
from tests.settlement.company import settled
from tests.settlement.rulebook.conftest import rate


@pytest.fixture
def desk(company: Any, client: TenantClient) -> TenantClient:
    """A browser of the finance person."""
    client.force_login(company.finance)
    return client


def as_read(msgid: str) -> str:
    """The words as a Chinese reader gets them, whether or not the catalogue is compiled."""
    with translation.override("zh-hans"):
        return translation.gettext(msgid)


def form(draft: Any, part: str, **entries: Any) -> dict[str, Any]:
    return {"part": part, "revision": draft.revision, "form_shown": "1", **entries}


def save(desk, draft, part, **entries):
    address = f"/settlement/rules/drafts/{draft.pk}/save/"
    return desk.post(address, form(draft, part, **entries), headers={"HX-Request": "true"})


def parts_of(draft) -> list[str]:
    body = draft.body
    return [
        "general", "nothing.here", *(f"c.{c['code']}" for c in body["components"]),
        *(f"t.{name}" for name in body["tables"]), *(f"g.{name}" for name in body["grids"]),
        *(f"s.{name}" for name in body["sums"]),
    ]  # fmt: skip


def test_every_part_of_a_contract_opens_and_an_unchanged_form_changes_nothing(desk, draft):
    for part in parts_of(draft):
        page = desk.get(f"/settlement/rules/drafts/{draft.pk}/", {"part": part})
        assert page.status_code == 200
        assert save(desk, draft, part).status_code in (200, 422)
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_part_of_every_kind_opens(desk, draft, company):
    for kind in KINDS:
        add(draft.body, "c", kind)
    for letter in "tgs":
        add(draft.body, letter)
    draft.save()
    for part in parts_of(draft):
        page = desk.get(f"/settlement/rules/drafts/{draft.pk}/", {"part": part})
        assert page.status_code == 200, part


def test_a_rate_is_typed_as_people_do_and_the_example_follows(desk, draft):
    answer = save(desk, draft, "c.URGENT", rate_bp="３５％", _source="fixed", **{"f:urgent": "1",
                  "sample": "", "sample_shown": ""})  # fmt: skip
    assert answer.status_code == 200
    assert rate(draft, "URGENT") == 3500
    assert "35%" in answer.content.decode()
    assert answer.headers["X-Revision"] == "2"


@pytest.mark.parametrize(("said", "ticked", "kept"), [
    ("skip", {}, "skip"), ("skip", {"flag": "1"}, "flag"), ("flag", {}, None), (None, {}, None),
])  # fmt: skip
def test_a_component_silent_on_purpose_stays_so_when_its_form_is_saved(
    desk, draft, said, ticked, kept
):
    raw_of(draft.body, "c.URGENT").update({"no_match": said} if said else {})
    draft.save()
    save(desk, draft, "c.URGENT", more_shown="1", label="急单", **ticked)
    draft.refresh_from_db()
    assert raw_of(draft.body, "c.URGENT").get("no_match") == kept


@pytest.mark.parametrize("typed", ["1e3", "1_000", "1.005%", "NaN", "abc"])
def test_a_slip_is_refused_at_its_field_and_stays_as_typed(desk, draft, typed):
    answer = save(desk, draft, "c.URGENT", rate_bp=typed, _source="fixed", label="急单")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{typed}"' in page
    assert "e-rate-bp-error" in page
    assert rate(draft, "URGENT") == 3000


def test_the_second_save_of_one_part_gets_both_sides_and_keeps_what_is_chosen(
    desk, draft, colleague
):
    other = TenantClient(desk.place)
    other.force_login(colleague)
    save(other, draft, "c.URGENT", rate_bp="40%", _source="fixed")
    answer = save(desk, draft, "c.URGENT", rate_bp="25%", _source="fixed", label="急单")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "/components/" not in page.replace('value="/components/', "").replace("&quot;/comp", "")
    for words in ("林会计", "30%", "40%", "25%", "急单"):
        assert words in page
    mine = {"/components/URGENT/rate_bp": 2500, "/components/URGENT/label": "急单"}
    chosen = {"part": "c.URGENT", "revision": 2, "mine_at": ["/components/URGENT/label"],
              "mine": str(mine).replace("'", '"')}  # fmt: skip
    done = desk.post(
        f"/settlement/rules/drafts/{draft.pk}/resolve/", chosen, headers={"HX-Request": "true"}
    )
    assert done.status_code == 200
    assert rate(draft, "URGENT") == 4000
    assert raw_of(draft.body, "c.URGENT")["label"] == "急单"


def test_components_are_added_copied_moved_and_taken_away_with_their_uses(desk, draft):
    def press(op, **more):
        draft.refresh_from_db()
        entries = {"revision": draft.revision, "part": "general", "op": op, **more}
        return desk.post(f"/settlement/rules/drafts/{draft.pk}/parts/", entries)

    codes = [c["code"] for c in draft.body["components"]]
    press("up:c.DIST")
    press("copy:c.RAIN")
    press("remove:c.HIGH")
    press("add:c", kind="flat")
    press("to:0:c.URGENT")
    draft.refresh_from_db()
    now = [c["code"] for c in draft.body["components"]]
    expected = [*codes, "FLAT"]
    expected.remove("HIGH")
    at = expected.index("DIST")
    expected[at - 1], expected[at] = expected[at], expected[at - 1]
    expected.insert(expected.index("RAIN") + 1, "RAIN2")
    expected.insert(0, expected.pop(expected.index("URGENT")))
    assert now == expected
    assert "HIGH" not in draft.body["sums"]["gross"]["of"]
    assert any("later" in str(found) for found in check_rules(draft.body))
    assert desk.get(f"/settlement/rules/drafts/{draft.pk}/?part=c.URGENT").status_code == 200


def test_rows_and_columns_of_a_table_are_edited_in_words(desk, draft, company):
    save(desk, draft, "t.tier", table_shown="1", op="row-add:6")
    draft.refresh_from_db()
    save(desk, draft, "t.tier", table_shown="1", col_add=as_read("distance"), **{"label:7": "远郊"})
    draft.refresh_from_db()
    entries = {"label:7": "远郊", "c:7:distance_m": "> 50 km", "c:7:city_level": "一线",
               "o:7:coef_bp": "130%", "o:7:allowance_fen": "¥80"}  # fmt: skip
    save(desk, draft, "t.tier", table_shown="1", op="row-up:7", **entries)
    draft.refresh_from_db()
    row = draft.body["tables"]["tier"]["rows"][6]
    assert row["when"] == {"distance_m": "> 50000", "city_level": "T1"}
    assert (row["label"], row["coef_bp"], row["allowance_fen"]) == ("远郊", 13_000, 8_000)
    assert draft.body["tables"]["tier"]["inputs"][-1] == "distance_m"
    wrong = save(desk, draft, "t.tier", table_shown="1", **{"label:6": "x",
                 "c:6:distance_m": "很远"})  # fmt: skip
    assert wrong.status_code == 422
    assert 'value="很远"' in wrong.content.decode()


def test_a_spreadsheet_fills_cells_and_adds_rows(desk, draft):
    pasted = "近\t一线\t110%\t¥5\n远\t新一线\t120%\t6.50\n" * 4
    answer = save(
        desk, draft, "c.CHANNEL", table_shown="1", paste="店铺\tyouzan\t12%\n直播\ttaobao\t8%\n其他\t-\t0%",
        paste_at="label:0",
    )  # fmt: skip
    assert answer.status_code == 200
    draft.refresh_from_db()
    rows = raw_of(draft.body, "c.CHANNEL")["rows"]
    assert [(r["label"], r["when"], r["rate_bp"]) for r in rows] == [
        ("店铺", {"channel": "youzan"}, 1200), ("直播", {"channel": "taobao"}, 800), ("其他", {}, 0),
    ]  # fmt: skip
    save(desk, draft, "t.tier", table_shown="1", paste=pasted, paste_at="label:6")
    draft.refresh_from_db()
    assert len(draft.body["tables"]["tier"]["rows"]) == 7  # a wrong column saves nothing


def test_overlapping_rows_are_marked_in_both_rows_with_an_order_that_shows_it(desk, draft):
    page = save(desk, draft, "t.tier", table_shown="1", hit="UNIQUE").content.decode()
    assert page.count("x-row-marked") >= 2
    assert as_read("For example a job with %(facts)s").split("%")[0] in page


def test_a_grid_of_237_rows_by_12_bands_stays_small(desk, draft):
    grid = {"rows_by": ["service_item"], "column_by": "price_band", "columns": [*range(1, 13)],
            "fen": {f"X-{n:03d}": [100 * n + band for band in range(12)] for n in range(237)}}  # fmt: skip
    draft.body["grids"]["price"] = grid
    draft.save()
    address = f"/settlement/rules/drafts/{draft.pk}/"
    page = desk.get(address, {"part": "g.price", "q": "X-2"}).content.decode()
    assert page.count("<") < 2 * 2_500
    save(desk, draft, "g.price", grid_shown="1", key=["X-200", "X-201"],
         **{"p:1:3": "¥12.34", "p:0:0": "5"})  # fmt: skip
    draft.refresh_from_db()
    assert draft.body["grids"]["price"]["fen"]["X-201"][3] == 1234
    assert draft.body["grids"]["price"]["fen"]["X-200"][0] == 500


def test_a_faulty_draft_shows_the_example_of_its_last_state_without_faults(desk, draft):
    answer = save(desk, draft, "c.URGENT", rate_bp="", _source="fixed")
    page = answer.content.decode()
    assert answer.status_code == 200
    words = "The rules have faults now. The example shows how they last computed."
    assert as_read(words) in page
    assert as_read("the field %(key)s is missing").split("%")[0] in page
    assert "¥" in page.split('id="x-trial-out"')[1]


@pytest.mark.parametrize("name", ["{{7*7}}", "{% now %}", "<script>alert(1)</script>", "__class__"])
def test_a_name_is_plain_text_wherever_it_is_shown(desk, draft, name):
    page = save(desk, draft, "c.URGENT", label=name).content.decode()
    assert raw_of(draft.body, "c.URGENT")
    assert "<script>alert" not in page
    assert "49" not in page.split('id="e-label"')[1][:80]


def test_versions_drafts_and_what_changed_are_told_in_words(desk, draft):
    save(desk, draft, "c.URGENT", rate_bp="35%", _source="fixed")
    page = desk.get("/settlement/rules/").content.decode()
    assert f"/settlement/rules/drafts/{draft.pk}/" in page
    assert ("家电安装维修" in page, "home_appliances" in page) == (True, False)
    told = desk.get(
        "/settlement/rules/compare/", {"a": draft.base_id, "draft": draft.pk}
    ).content.decode()
    for words in ("加急", "30%", "35%"):
        assert words in told
    assert "rate_bp" not in told


def test_the_example_answers_quickly_and_saves_nothing(desk, draft, django_assert_max_num_queries):
    entries = form(draft, "c.URGENT", rate_bp="50%", _source="fixed", sample="", sample_shown="",
                   **{"f:urgent": "1", "f:distance_m": "42 km"})  # fmt: skip
    with django_assert_max_num_queries(30):
        answer = desk.post(f"/settlement/rules/drafts/{draft.pk}/trial/", entries)
    assert answer.status_code == 200
    assert "42.0 km" in answer.content.decode()
    assert rate(draft, "URGENT") == 3000


@pytest.mark.parametrize(
    ("reader", "sees"), [("finance", True), ("manager", False), ("stranger", False)]
)
def test_the_example_takes_only_jobs_whose_money_the_reader_sees_in_full(
    company, client, draft, reader, sees
):
    job = settled(company)
    outlet = company.world.suzhou
    stranger = UserFactory(role="outlet_manager", unit=outlet)
    client.force_login(getattr(company, reader, stranger))
    number = job.work_order.number
    address = f"/settlement/rules/drafts/{draft.pk}/"
    chosen = {"sample": job.pk, "sample_shown": "", "part": "general"}
    shown = client.post(f"{address}trial/", chosen).context["trial"]
    assert (job.gross_fen == shown.installer_fen) is sees
    for page in (address, f"/settlement/rules/{company.version.pk}/"):
        assert (number in client.get(page).content.decode()) is sees


@pytest.mark.parametrize(
    "op",
    ["when-drop:²:urgent", "row-up:²", "row-drop:" + "9" * 20, "row-add:-1", "list-drop:brackets:²",
     "list-up:shares:" + "9" * 5000, "to:²:c.URGENT", "column-drop:²", "drop:of:²", "::", "add"],
)  # fmt: skip
def test_a_button_nobody_drew_changes_nothing(desk, draft, op):
    for part in ("c.URGENT", "c.SPLIT", "t.tier", "g.price", "s.gross"):
        assert save(desk, draft, part, op=op, table_shown="1").status_code in (200, 422)
    press = {"revision": draft.revision, "part": "general", "op": op}
    answer = desk.post(f"/settlement/rules/drafts/{draft.pk}/parts/", press)
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("at", ["label:1999", "label:99999", "label:999999999", "label:²", "x:1"])
def test_a_paste_far_below_the_table_does_not_fill_the_memory(desk, draft, at):
    before = len(draft.body["tables"]["tier"]["rows"])
    save(desk, draft, "t.tier", table_shown="1", paste="a\nb\n", paste_at=at)
    draft.refresh_from_db()
    assert len(draft.body["tables"]["tier"]["rows"]) == before


@pytest.mark.parametrize(
    "mine",
    ["", "[]", "NaN", "[" * 100_000, '{"/components/URGENT/label": "\\u0000"}',
     '{"/components/URGENT/label": "\\ud800"}'],
)  # fmt: skip
def test_a_choice_that_cannot_be_read_writes_nothing(desk, draft, mine):
    chosen = {"part": "c.URGENT", "revision": 1, "mine_at": "/components/URGENT/label",
              "mine": mine}  # fmt: skip
    answer = desk.post(f"/settlement/rules/drafts/{draft.pk}/resolve/", chosen)
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.revision == 1


def test_rules_that_pay_nobody_are_shown_with_their_faults(desk, draft):
    answer = save(desk, draft, "general", parties_shown="1", parties="nobody")
    assert answer.status_code == 200
    draft.refresh_from_db()
    assert draft.body["parties"] == []
    assert check_rules(draft.body)
    for part in parts_of(draft):
        assert desk.get(f"/settlement/rules/drafts/{draft.pk}/", {"part": part}).status_code == 200


def test_a_bonus_on_a_period_is_added_typed_and_taken_away(desk, draft):
    address = f"/settlement/rules/drafts/{draft.pk}/parts/"
    posted = {"part": "general", "revision": draft.revision}
    assert desk.post(address, posted | {"op": "add:p"}).status_code == 200
    draft.refresh_from_db()
    assert draft.body["period"][0]["code"] == "BONUS"
    for entries in (
        {"op": "list-add:brackets", "brackets_shown": "1", "mode": "volume"},
        {"brackets_shown": "1", "brackets:0:from": "30", "brackets:0:each_fen": "5",
         "brackets:1:from": "60", "brackets:1:each_fen": "¥8.00"},
    ):  # fmt: skip
        page = save(desk, draft, "p.BONUS", **entries)
        assert page.status_code == 200
        draft.refresh_from_db()
    # 30 × 5.00 and 60 × 8.00, as the period will be reckoned.
    text = page.content.decode()
    assert "¥150.00" in text
    assert "¥480.00" in text
    assert draft.body["period"][0]["brackets"] == [
        {"from": 30, "each_fen": 500}, {"from": 60, "each_fen": 800},
    ]  # fmt: skip
    assert not [one for one in check_rules(draft.body) if one.path.startswith("rules.period")]
    falling = {"brackets_shown": "1", "brackets:1:each_fen": "1"}
    assert (
        as_read("a higher bracket never pays less")
        in save(desk, draft, "p.BONUS", **falling).content.decode()
    )
    draft.refresh_from_db()
    save(desk, draft, "p.BONUS", code="PVOL", label="月度阶梯奖")
    draft.refresh_from_db()
    assert raw_of(draft.body, "p.PVOL")["label"] == "月度阶梯奖"
    assert (
        "月度阶梯奖"
        in desk.get(f"/settlement/rules/drafts/{draft.pk}/?part=p.PVOL").content.decode()
    )
    desk.post(address, {"part": "p.PVOL", "revision": draft.revision, "op": "remove:p.PVOL"})
    draft.refresh_from_db()
    assert "period" not in draft.body
