"""Edits of a flow as data: whatever is put in, moved and taken out, an order still gets to its end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workorders.flow import Meaning, check, chosen, read_flow, stages_walked, walk
from workorders.flow.bodies import EditError
from workorders.flow.editing import EDIT_ERRORS, apply_edit, apply_edits
from workorders.flow_library import bases, block_bodies
from workorders.flow_versions import presets

INSTALLATION = presets()["installation"]
CARE = {"op": "insert", "block": "maintenance_reminder"}
STOCK = {"op": "insert", "block": "warehouse_stock"}
EXPRESS = {"op": "insert", "block": "express_slot"}
PHOTO = {"op": "insert", "block": "acceptance_photo"}
TECHNICIAN = {"op": "insert", "block": "tech_diagnosis"}
INSPECTION = {"op": "insert", "block": "third_party_inspection"}


def edited(*edits, body=INSTALLATION):
    return apply_edits(body, edits, block_bodies())


def main_line(body):
    return [stage.key for stage in stages_walked(read_flow(body))]


PLAN = ["waiting", "assigned", "accepted", "en_route", "on_site", "in_review", "done"]


@pytest.mark.parametrize(
    ("edits", "line"),
    [
        ([PHOTO], [*PLAN[:5], "acceptance_photo", *PLAN[5:]]),
        ([INSPECTION], [*PLAN[:5], "inspection", *PLAN[5:]]),
        ([INSPECTION, PHOTO], [*PLAN[:5], "acceptance_photo", "inspection", *PLAN[5:]]),
        ([PHOTO, PHOTO], [*PLAN[:5], "acceptance_photo", "acceptance_photo_2", *PLAN[5:]]),
        ([{"op": "remove", "stage": "en_route"}], [*PLAN[:3], *PLAN[4:]]),
        ([PHOTO, {"op": "remove", "stage": "acceptance_photo"}], PLAN),
        (
            [TECHNICIAN, {"op": "move", "stage": "tech_diagnosis", "after": "accepted"}],
            [*PLAN[:3], "tech_diagnosis", *PLAN[3:]],
        ),
    ],
)
def test_stages_are_put_in_taken_out_and_moved_along_the_line(edits, line):
    body = edited(*edits)
    assert main_line(body) == line
    assert check(read_flow(body)) == ()


def test_the_work_is_proven_on_the_last_way_out_of_the_work_wherever_a_step_is_put_in():
    way = {each.key: each for each in walk(read_flow(edited(PHOTO)))}
    assert way["to_acceptance_photo"].guards == ()
    assert {"steps_done", "has_signature", "form_done"} <= set(way["complete"].guards)


def test_a_new_stage_can_be_left_aside_as_its_neighbours_can():
    flow = read_flow(edited(PHOTO))
    keys = {each.key for each in flow.transitions if "acceptance_photo" in each.sources}
    assert {"cancel", "hold", "reschedule", "nobody_home"} <= keys


URGENT = {"mark": frozenset({"urgent"})}
FOR_URGENT = [{"fact": "mark", "any_of": ["urgent"]}]
CALL = {"op": "insert", "block": "call_customer"}
DEPOSIT = {"op": "insert", "block": "deposit"}
TEST = {"op": "insert", "block": "function_test"}


def test_a_block_before_a_stage_is_met_by_all_who_come_to_that_stage():
    flow = read_flow(edited(CALL))
    led = {(way.key, way.sources): way.target for way in flow.transitions}
    assert led["claim", ("waiting",)] == led["accept", ("assigned",)] == "calling"
    assert led["after_calling", ("calling",)] == "accepted"


def test_a_block_before_the_first_stage_is_where_orders_begin_until_it_is_taken_out():
    body = edited(DEPOSIT)
    flow = read_flow(body)
    assert main_line(body) == ["deposit", *PLAN]
    assert check(flow) == ()
    # Nobody gets past it: what is sent back later waits for somebody, not for the money again.
    assert {way.key for way in flow.transitions if "deposit" in way.sources} == {
        "after_deposit",
        "cancel",
    }
    assert main_line(edited({"op": "remove", "stage": "deposit"}, body=body)) == PLAN


def test_a_block_for_some_orders_is_passed_by_all_others_and_leaves_no_trace_when_taken_out():
    body = edited(CALL | {"when": FOR_URGENT}, PHOTO | {"when": FOR_URGENT})
    flow = read_flow(body)
    assert main_line(body) == PLAN
    assert [stage.key for stage in stages_walked(flow, URGENT)] == [
        *["waiting", "assigned", "calling", "accepted", "en_route", "on_site"],
        *["acceptance_photo", "in_review", "done"],
    ]
    gone = [{"op": "remove", "stage": key} for key in ("calling", "acceptance_photo")]
    again = read_flow(edited(*gone, body=body))
    assert {(way.key, way.target, way.when) for way in again.transitions} == {
        (way.key, way.target, way.when) for way in read_flow(INSTALLATION).transitions
    }


def test_departments_and_triggers_put_in_for_some_orders_are_asked_for_these_alone():
    body = edited(STOCK | {"when": FOR_URGENT}, EXPRESS | {"when": FOR_URGENT})
    flow = read_flow(body)
    conditions = [task.when for task in flow.stage("accepted").tasks]
    conditions += [trigger.when for trigger in flow.triggers]
    assert [len(when) for when in conditions] == [1, 1, 1]
    assert main_line(body) == PLAN


def test_a_block_put_behind_one_for_some_orders_is_met_by_all():
    body = edited(PHOTO | {"when": FOR_URGENT}, INSPECTION | {"after": "on_site"})
    for facts in ({}, URGENT):
        assert "inspection" in [stage.key for stage in stages_walked(read_flow(body), facts)]


def test_work_comes_before_what_some_orders_go_through_after_it():
    body = edited(INSPECTION | {"when": FOR_URGENT}, PHOTO, CARE)
    flow = read_flow(body)
    assert check(flow) == ()
    assert main_line(body) == [*PLAN[:5], "acceptance_photo", *PLAN[5:6], "care_date", "done"]
    line = [stage.key for stage in stages_walked(flow, URGENT)]
    assert line == [*PLAN[:5], "acceptance_photo", "inspection", "in_review", "care_date", "done"]
    both = read_flow(edited(INSPECTION | {"when": FOR_URGENT}, PHOTO | {"when": FOR_URGENT}))
    assert [stage.key for stage in stages_walked(both, URGENT)][5:7] == line[5:7]


def test_work_that_goes_on_in_a_block_is_proven_where_it_ends():
    flow = read_flow(edited(TEST))
    ways = {way.key: way for way in flow.transitions if not way.when}
    assert ways["complete"].target == "function_test"
    assert set(ways["complete"].guards) == {"checked_in"}
    assert set(ways["tested"].guards) == {"form_done", "steps_done", "has_photos", "has_signature"}


def test_an_answer_leads_back_to_the_work():
    flow = read_flow(edited(TEST, PHOTO))
    failed = {"answer.test_result": frozenset({"failed"})}
    assert chosen(flow, "function_test", "tested", failed).target == "on_site"
    # The photo comes behind the answer, so that nobody gets round it.
    assert [way.key for way in flow.transitions if way.target == "acceptance_photo"] == ["tested"]


def test_a_form_is_awaited_and_forgotten_with_its_stage():
    form = {"key": "f", "name": "表", "fields": [{"key": "a", "label": "甲", "kind": "text"}]}
    body = edited({"op": "form", "form": form, "stage": "en_route"})
    flow = read_flow(body)
    arrive = {each.sources: each for each in flow.transitions if each.key == "arrive"}
    assert any("form_done" in way.guards for way in arrive.values())
    without = read_flow(edited({"op": "drop_form", "form": "f"}, body=body))
    assert without.forms == ()
    assert not any("form_done" in way.guards for way in without.transitions)


def test_a_branch_by_order_is_asked_before_the_way_of_all_others():
    way = {
        "key": "complete",
        "name": "复杂件完工",
        "from": "on_site",
        "to": "in_review",
        "roles": ["installer"],
        "when": [{"fact": "mark", "any_of": ["high_work"]}],
    }
    flow = read_flow(edited({"op": "add_way", "way": way}))
    facts = {"mark": frozenset({"high_work"})}
    names = {
        tuple(known): next(w.name for w in walk(flow, known) if w.key == "complete")
        for known in ({}, facts)
    }
    assert names == {(): "完工", ("mark",): "复杂件完工"}


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({"op": "fly"}, "no_edit"),
        ({"op": "insert", "block": "none"}, "no_block"),
        ({"op": "insert", "block": "acceptance_photo", "after": "nowhere"}, "no_stage"),
        ({"op": "insert", "block": "acceptance_photo", "after": "done"}, "nothing_follows"),
        (
            {"op": "insert", "block": "deposit", "before": "waiting", "when": FOR_URGENT},
            "start_for_all",
        ),
        ({"op": "insert", "block": "acceptance_photo", "before": "waiting"}, "cannot_begin"),
        ({"op": "insert", "block": "deposit", "before": "cancelled"}, "nothing_leads"),
        ({"op": "remove", "stage": "waiting"}, "first_stage"),
        ({"op": "remove", "stage": "done"}, "nothing_follows"),
        ({"op": "move", "stage": "accepted", "after": "accepted"}, "behind_itself"),
        ({"op": "way", "stage": "waiting", "way": "complete"}, "no_way"),
        ({"op": "drop_form", "form": "none"}, "no_form"),
        ({"op": "drop_task", "stage": "waiting", "task": "none"}, "no_task"),
    ],
)
def test_an_impossible_edit_names_why(edit, code):
    with pytest.raises(EditError) as refused:
        apply_edit(INSTALLATION, edit, block_bodies())
    assert refused.value.code == code
    assert code in EDIT_ERRORS


def some_edit(data, body, *, blocks_alone):
    keys = [stage["key"] for stage in body["stages"]]
    own = [stage["key"] for stage in body["stages"] if stage.get("block")]
    movable = own if blocks_alone else keys
    kind = data.draw(st.sampled_from(["insert", "remove", "move"] if movable else ["insert"]))
    if kind == "insert":
        block = data.draw(st.sampled_from(sorted(block_bodies())))
        side = data.draw(st.sampled_from(["after", "before"]))
        when = data.draw(st.sampled_from([(), ({"fact": "mark", "any_of": ["urgent"]},)]))
        return {"op": kind, "block": block, side: data.draw(st.sampled_from(keys)), "when": when}
    stage = data.draw(st.sampled_from(movable))
    after = {"after": data.draw(st.sampled_from(keys))} if kind == "move" else {}
    return {"op": kind, "stage": stage} | after


def edit_at_random(data, name, *, blocks_alone):
    """The flow after some edits; what an impossible one says is known to EDIT_ERRORS."""
    body, refused = bases()[name], set()
    for _each in range(data.draw(st.integers(1, 6))):
        edit = some_edit(data, body, blocks_alone=blocks_alone)
        try:
            body = apply_edit(body, edit, block_bodies())
        except EditError as error:
            refused.add(error.code)
    assert refused <= set(EDIT_ERRORS)
    return read_flow(body)


@given(data=st.data(), name=st.sampled_from(sorted(bases())))
@settings(max_examples=100, deadline=None)
def test_blocks_put_in_moved_and_taken_out_at_random_leave_no_order_stuck(data, name):
    flow = edit_at_random(data, name, blocks_alone=True)
    # Work put where nobody is sent yet, or where it is settled, is what only the check can see.
    found = {each.code for each in check(flow)}
    assert found <= {"settles_nobody", "works_when_settled"}
    for facts in () if found else ({}, URGENT):
        assert stages_walked(flow, facts)[-1].meaning is Meaning.DONE


@given(data=st.data(), name=st.sampled_from(sorted(bases())))
@settings(max_examples=50, deadline=None)
def test_a_flow_edited_at_random_is_readable_or_the_edit_names_why(data, name):
    flow = edit_at_random(data, name, blocks_alone=False)
    assert flow.stage(flow.initial).meaning.may_begin
