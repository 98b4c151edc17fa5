"""Every question of a flow has a key of its own: no form's answer steers what asks for another's."""

import pytest

from tests.workorders.flow_pages import browser, person
from tests.workorders.own_flows import edited, publish
from workorders.flow import check, chosen, read_flow
from workorders.flow.editing import apply_edits
from workorders.flow.field_keys import field_keys
from workorders.flow_choices import FlowChoices
from workorders.flow_library import block_bodies, fitting_overlays, flow_body, recipes
from workorders.flow_versions import presets
from workorders.models import FlowDraft
from workorders.services.flow_drafts import draft_from_version

TEST = {"op": "insert", "block": "function_test"}
SCORE = {"op": "insert", "block": "satisfaction_call"}


def inserted(*edits):
    return apply_edits(presets()["installation"], edits, block_bodies())


def question(label, options):
    return {"label": label, "kind": "choice", "options": options, "required": "on"}


def save(draft, part, name, row, revision):
    sent = {"part": part, "revision": revision, "name": name, "order": ["0"]}
    sent |= {f"field-0-{key}": value for key, value in row.items()}
    url = f"/orders/flows/drafts/{draft.pk}/save/"
    return browser(person()).post(url, sent, headers={"HX-Request": "true"})


def two_forms():
    """A form whose answer a way asks for, and another with a question of the same key."""
    options = [{"code": "option", "label": "好"}, {"code": "option_2", "label": "坏"}]
    field = {"key": "field", "label": "结论", "kind": "choice", "options": options}
    forms = [{"key": key, "name": key, "fields": [field]} for key in ("first", "second")]
    edits = [
        {"op": "form", "form": form, "stage": stage}
        for form, stage in zip(forms, ("en_route", "on_site"), strict=True)
    ]
    return inserted(*edits)


@pytest.mark.django_db
def test_two_forms_of_the_builder_have_questions_of_their_own_and_both_can_be_asked_for(world):
    draft = draft_from_version(version=publish(edited()), actor=person())
    first, second = question("外观", "完好\n破损"), question("结论", "合格\n返工")
    assert save(draft, "form.+:en_route", "出发", first, 0).status_code == 200
    assert save(draft, "form.+:on_site", "现场", second, 1).status_code == 200
    flow = read_flow(FlowDraft.objects.get().body)
    keys = [form.fields[0].key for form in flow.forms]
    assert keys == ["field", "field_2"]
    choices = FlowChoices(flow)
    labels = [[label for _code, label in choices.values(f"answer.{key}")] for key in keys]
    assert labels == [["完好", "破损"], ["合格", "返工"]]


@pytest.mark.django_db
def test_a_question_keeps_its_key_when_its_form_is_saved_again(world):
    draft = draft_from_version(version=publish(edited()), actor=person())
    row = question("外观", "完好\n破损")
    save(draft, "form.+:en_route", "出发", row, 0)
    save(draft, "form.+:on_site", "现场", row, 1)
    again = row | {"key": "field_2", "label": "外观二"}
    assert save(draft, "form.form_2", "现场", again, 2).status_code == 200
    flow = read_flow(FlowDraft.objects.get().body)
    assert [form.fields[0].key for form in flow.forms] == ["field", "field_2"]


def test_a_block_put_in_twice_asks_for_the_answers_of_its_own_form():
    flow = read_flow(inserted(TEST, TEST))
    assert check(flow) == ()
    failed = frozenset({"failed"})
    for stage, fact, back in (
        ("function_test", "answer.test_result", "on_site"),
        ("function_test_2", "answer.test_result_2", "function_test"),
    ):
        key = next(way.key for way in flow.transitions if stage in way.sources and way.when)
        assert chosen(flow, stage, key, {fact: failed}).target == back
    key = next(way.key for way in flow.transitions if "function_test" in way.sources and way.when)
    later = {"answer.test_result_2": failed}
    assert chosen(flow, "function_test", key, later).target == "function_test_2"
    scores = read_flow(inserted(SCORE, SCORE))
    asked = [each.when[0].fact for each in scores.triggers if each.when]
    assert asked == ["answer.nps_score", "answer.nps_score_2"]


def test_numbers_a_form_computes_are_its_own_when_its_block_is_put_in_twice():
    numbers = [{"key": key, "label": key, "kind": "number"} for key in ("a", "b")]
    total = {"key": "c", "label": "c", "kind": "computed", "formula": "sum", "of": ["a", "b"]}
    block = block_bodies()["acceptance_photo"]
    form = {"key": "sums", "name": "合计", "fields": [*numbers, total]}
    stage = {**block["stages"][0], "form": "sums"}
    own = {**block, "stages": [stage], "forms": [form], "triggers": []}
    flow = read_flow(inserted({"op": "insert", "block": own}, {"op": "insert", "block": own}))
    assert flow.form("sums_2").field("c_2").of == ("a_2", "b_2")


def test_a_condition_on_an_answer_two_forms_share_is_a_fault_but_the_flow_stays_readable():
    body = two_forms()
    assert not [each for each in check(read_flow(body)) if each.code == "answers_alike"]
    when = [{"fact": "answer.field", "any_of": ["option"]}]
    way = next(each for each in body["transitions"] if "on_site" in each["from"])
    branch = {**way, "key": "branch", "when": when}
    found = check(read_flow(body | {"transitions": [*body["transitions"], branch]}))
    assert [each.where for each in found if each.code == "answers_alike"] == ["second"]


def test_questions_alike_in_words_are_chosen_by_the_names_of_their_forms():
    names = dict(FlowChoices(read_flow(inserted(SCORE, SCORE))).facts)
    assert names["answer.nps_score"] != names["answer.nps_score_2"]


def test_no_flow_of_the_library_asks_two_questions_by_one_key():
    for key in recipes():
        body = flow_body(key)
        bodies = [body, *(each.over(body, block_bodies()) for each in fitting_overlays(key))]
        for each in bodies:
            asked = sum(len(form["fields"]) for form in each["forms"])
            assert len(field_keys(each["forms"])) == asked, key
