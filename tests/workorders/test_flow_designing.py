"""A draft is changed one edit at a time, beside what others do, and can be taken a step back."""

import pytest

from common.errors import Conflict, Refused
from tests.workorders.flow_pages import browser, library_draft, person
from tests.workorders.own_flows import edited, publish
from workorders.flow import read_flow
from workorders.models import FlowDraft
from workorders.services.flow_drafts import draft_from_version
from workorders.services.flow_editing import STEPS_KEPT, edit_draft, undo_draft

pytestmark = pytest.mark.django_db
LATE_WHERE_NO_TIME_PASSES = {
    "op": "trigger",
    "trigger": {
        "key": "t",
        "on": "overdue",
        "stage": "done",
        "do": [{"action": "add_tag", "tag": "x"}],
    },
}
RENAMED = {"op": "stage", "stage": "waiting", "name": "等派单"}


@pytest.fixture
def admin(world):
    return person()


@pytest.fixture
def draft(admin):
    return draft_from_version(version=publish(edited()), actor=admin)


def edit(draft, actor, *edits, revision=None):
    seen = draft.revision if revision is None else revision
    return edit_draft(draft_id=draft.pk, revision=seen, edits=edits, actor=actor)


def stage_of(draft, key):
    return next(stage for stage in draft.body["stages"] if stage["key"] == key)


def save(client, draft, part, revision=None, **entries):
    seen = draft.revision if revision is None else revision
    sent = {"part": part, "revision": seen, **entries}
    return client.post(
        f"/orders/flows/drafts/{draft.pk}/save/", sent, headers={"HX-Request": "true"}
    )


STAGE = {"name": "等派单", "meaning": "WAITING", "department": "调度中心", "role": "dispatcher",
         "limit": "2", "unit": "days", "clock": "business", "hint": "先打电话", "form": ""}  # fmt: skip
WAY = {"name": "派单", "to": "assigned", "roles": ["dispatcher"], "guards": ["has_installer"],
       "asks": ["installer"], "approvals": "2", "shared": "on", "when-0-fact": ""}  # fmt: skip


def test_what_two_people_change_in_different_places_is_kept_and_told(draft, admin):
    other = person()
    edit(draft, other, {"op": "stage", "stage": "in_review", "name": "回访中"})
    kept = edit(draft, admin, RENAMED, revision=0)
    assert [change.made_by for change in kept.beside] == [other]
    assert (stage_of(kept.draft, "waiting")["name"], stage_of(kept.draft, "in_review")["name"]) == (
        "等派单",
        "回访中",
    )


@pytest.mark.parametrize(
    "theirs",
    [
        {"op": "stage", "stage": "en_route", "hint": "x"},
        {"op": "way", "stage": "en_route", "way": "arrive", "name": "x"},
    ],
)
def test_nobody_takes_out_unseen_what_another_has_just_changed(draft, admin, theirs):
    edit(draft, person(), theirs)
    kept = edit(draft, admin, {"op": "remove", "stage": "en_route"}, revision=0)
    assert len(kept.against) == 1
    assert stage_of(FlowDraft.objects.get(), "en_route")


def test_the_second_editor_of_a_stage_keeps_what_was_typed_and_is_told_who_changed_it(draft, admin):
    other = person()
    edit(draft, other, {"op": "stage", "stage": "waiting", "hint": "别人写的"})
    answer = save(browser(admin), draft, "stage.waiting", 0, **STAGE)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert other.display_name in page
    assert "先打电话" in page
    assert 'name="revision" value="1"' in page
    assert stage_of(FlowDraft.objects.get(), "waiting")["hint"] == "别人写的"
    assert save(browser(admin), draft, "stage.waiting", 1, **STAGE).status_code == 200
    assert stage_of(FlowDraft.objects.get(), "waiting")["hint"] == "先打电话"


def test_changes_are_taken_back_one_after_the_other(draft, admin):
    first = dict(draft.body)
    edit(draft, admin, RENAMED)
    now = edit(draft, admin, {"op": "remove", "stage": "en_route"}, revision=1).draft
    now = undo_draft(draft_id=draft.pk, revision=now.revision, actor=admin)
    assert stage_of(now, "en_route")
    now = undo_draft(draft_id=draft.pk, revision=now.revision, actor=admin)
    assert read_flow(now.body) == read_flow(first)
    with pytest.raises(Refused):
        undo_draft(draft_id=draft.pk, revision=now.revision, actor=admin)


def test_nobody_takes_back_a_change_they_did_not_see(draft, admin):
    edit(draft, person(), RENAMED)
    with pytest.raises(Conflict):
        undo_draft(draft_id=draft.pk, revision=0, actor=admin)


def test_a_draft_keeps_so_many_steps_and_no_more(draft, admin):
    for number in range(STEPS_KEPT + 2):
        edit(
            draft, admin, {"op": "stage", "stage": "waiting", "hint": str(number)}, revision=number
        )
    assert draft.changes.count() == STEPS_KEPT


@pytest.mark.parametrize(
    ("impossible", "words"),
    [
        ({"op": "remove", "stage": "waiting"}, "待派单"),
        ({"op": "move", "stage": "en_route", "after": "done"}, "已完工"),
        ({"op": "insert", "block": "acceptance_photo", "after": "done"}, "已完工"),
    ],
)
def test_an_impossible_edit_is_refused_by_the_stages_name_and_changes_nothing(
    draft, admin, impossible, words
):
    with pytest.raises(Refused, match=words):
        edit(draft, admin, impossible)
    assert FlowDraft.objects.get().revision == 0


def test_a_move_that_changes_nothing_is_told(admin):
    draft = library_draft(admin, recipe="bathroom_leak_repair")
    with pytest.raises(Refused):
        edit(draft, admin, {"op": "move", "stage": "acceptance_photo", "after": "repairing"})


def test_a_stage_is_saved_with_days_of_business_as_nine_hours_each(draft, admin):
    assert save(browser(admin), draft, "stage.waiting", **STAGE).status_code == 200
    stage = stage_of(FlowDraft.objects.get(), "waiting")
    assert (stage["sla_minutes"], stage["business_time"]) == (2 * 9 * 60, True)
    assert (stage["name"], stage["department"]) == ("等派单", "调度中心")


@pytest.mark.parametrize(
    ("part", "entries", "field"),
    [
        ("stage.waiting", STAGE | {"name": " "}, "id_name"),
        ("stage.waiting", STAGE | {"limit": "400"}, "id_limit"),
        ("stage.waiting", STAGE | {"meaning": "LOST"}, "id_meaning"),
        ("way.waiting.assign.0", WAY | {"roles": []}, "id_roles"),
        ("way.waiting.assign.0", WAY | {"approvals": "9"}, "id_approvals"),
        (
            "way.waiting.assign.0",
            WAY | {"when-0-fact": "quote_yuan", "when-0-how": "below", "when-0-number": "many"},
            "id_when-0-number",
        ),
        (
            "way.waiting.assign.0",
            WAY | {"when-0-fact": "mark", "when-0-how": "any_of"},
            "id_when-0-codes",
        ),
        (
            "trigger.+:waiting",
            {"on": "entered", "stage": "waiting", "do-0-action": ""},
            "id_do-0-action",
        ),
        (
            "trigger.+:waiting",
            {"on": "entered", "stage": "waiting", "do-0-action": "notify", "do-0-to": "finance"},
            "id_do-0-text",
        ),
    ],
)
def test_every_refusal_stands_at_its_field_and_nothing_typed_is_lost(
    draft, admin, part, entries, field
):
    answer = save(browser(admin), draft, part, **entries)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{field}-error"' in page
    assert FlowDraft.objects.get().revision == 0


def test_a_way_gets_approvals_and_conditions_in_chosen_words(draft, admin):
    conditions = {
        "when-0-fact": "mark", "when-0-how": "any_of", "when-0-codes": ["urgent"],
        "when-1-fact": "distance_km", "when-1-how": "at_least", "when-1-number": "12.5",
        "when-2-fact": "distance_km", "when-2-how": "below", "when-2-number": "80",
    }  # fmt: skip
    sent = WAY | {"name": "加急派单", "shared": ""} | conditions
    assert save(browser(admin), draft, "way.waiting.+.0", **sent).status_code == 200
    way = next(
        w for w in read_flow(FlowDraft.objects.get().body).transitions if w.name == "加急派单"
    )
    assert (way.sources, way.approvals) == (("waiting",), 2)
    assert [(c.fact, c.any_of, c.at_least, c.below) for c in way.when] == [
        ("mark", ("urgent",), None, None),
        ("distance_km", (), 12_500, 80_000),
    ]


def test_a_way_shared_by_stages_is_changed_for_one_of_them_alone_when_that_is_chosen(draft, admin):
    cancel = next(way for way in draft.body["transitions"] if way["key"] == "cancel")
    assert len(cancel["from"]) > 1
    sent = {"name": "顾客不装了", "to": "cancelled", "roles": ["dispatcher"], "approvals": "1",
            "when-0-fact": ""}  # fmt: skip
    assert save(browser(admin), draft, "way.waiting.cancel.0", **sent).status_code == 200
    ways = [way for way in FlowDraft.objects.get().body["transitions"] if way["key"] == "cancel"]
    assert {tuple(way["from"]): way["name"] for way in ways} == {
        ("waiting",): "顾客不装了",
        tuple(key for key in cancel["from"] if key != "waiting"): cancel["name"],
    }


def test_a_task_and_a_sentence_are_added_changed_and_taken_out(draft, admin):
    client = browser(admin)
    task = {"name": "备货", "role": "dispatcher", "department": "仓库", "unit": "hours",
            "clock": "clock", "form": "", "when-0-fact": ""}  # fmt: skip
    save(client, draft, "task.assigned.+", **task)
    sentence = {"on": "overdue", "stage": "waiting", "when-0-fact": "", "do-0-action": "notify",
                "do-0-to": "region_manager", "do-0-text": "超时了"}  # fmt: skip
    save(client, draft, "trigger.+:waiting", 1, **sentence)
    flow = read_flow(FlowDraft.objects.get().body)
    assert [each.name for each in flow.stage("assigned").tasks] == ["备货"]
    trigger = next(each for each in flow.triggers if each.key == "trigger")
    assert (trigger.on, trigger.actions[0].value("text")) == ("overdue", "超时了")
    save(client, draft, "task.assigned.task", 2, drop="1")
    save(client, draft, "trigger.trigger", 3, drop="1")
    flow = read_flow(FlowDraft.objects.get().body)
    assert flow.stage("assigned").tasks == ()
    assert "trigger" not in [each.key for each in flow.triggers]


def test_choosing_a_fact_shows_its_values_and_saves_nothing(draft, admin):
    page = save(
        browser(admin), draft, "way.waiting.assign.0", reshape="1",
        **(WAY | {"name": "", "when-0-fact": "mark"}),
    )  # fmt: skip
    assert page.status_code == 200
    assert "urgent" in page.content.decode()
    assert "-error" not in page.content.decode()
    assert FlowDraft.objects.get().revision == 0


def test_a_block_and_a_stage_of_ones_own_are_put_in_and_opened(draft, admin):
    client = browser(admin)
    url = f"/orders/flows/drafts/{draft.pk}/"
    htmx = {"HX-Request": "true"}
    assert "acceptance_photo" in client.get(f"{url}blocks/?part=stage.on_site").content.decode()
    sent = {"op": "insert", "block": "acceptance_photo", "after": "on_site", "revision": 0}
    page = client.post(f"{url}edit/", sent, headers=htmx).content.decode()
    assert 'data-part="stage.acceptance_photo"' in page
    own = {"after": "assigned", "revision": 1, "name": "核价", "meaning": "ON_HOLD", "leave": "已核",
           "role": "finance"}  # fmt: skip
    page = client.post(f"{url}stage/", own, headers=htmx)
    assert page["HX-Retarget"] == "#x-designer"
    assert 'data-part="stage.own"' in page.content.decode()
    wrong = client.post(f"{url}stage/", own | {"revision": 2, "name": ""}, headers=htmx)
    assert wrong.status_code == 422
    assert "id_name-error" in wrong.content.decode()


def test_what_is_wrong_is_told_beside_the_list_and_marked_in_the_picture(draft, admin):
    edit(draft, admin, LATE_WHERE_NO_TIME_PASSES)
    page = browser(admin).get(f"/orders/flows/drafts/{draft.pk}/").content.decode()
    assert "x-finding-fault" in page
    assert "x-dot-fault" in page
    assert 'stroke="#a8161d"' in page


def test_a_copied_flow_of_the_library_opens_in_the_designer(admin):
    draft = library_draft(admin)
    client = browser(admin)
    for stage in draft.body["stages"]:
        page = client.get(f"/orders/flows/drafts/{draft.pk}/?part=stage.{stage['key']}")
        assert page.status_code == 200
