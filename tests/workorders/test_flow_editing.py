"""Edits of a flow as data: whatever is put in, moved and taken out, an order still gets to its end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workorders.flow import Meaning, check, read_flow, stages_walked, walk
from workorders.flow.bodies import EditError
from workorders.flow.editing import EDIT_ERRORS, apply_edit, apply_edits
from workorders.flow_library import block_bodies
from workorders.flow_versions import presets

INSTALLATION = presets()["installation"]
PHOTO = {"op": "insert", "block": "acceptance_photo"}
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
            [INSPECTION, {"op": "move", "stage": "inspection", "after": "accepted"}],
            [*PLAN[:3], "inspection", *PLAN[3:]],
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
        return {"op": kind, "block": block, "after": data.draw(st.sampled_from(keys))}
    stage = data.draw(st.sampled_from(movable))
    after = {"after": data.draw(st.sampled_from(keys))} if kind == "move" else {}
    return {"op": kind, "stage": stage} | after


def edit_at_random(data, name, *, blocks_alone):
    """The flow after some edits; what an impossible one says is known to EDIT_ERRORS."""
    body, refused = presets()[name], set()
    for _each in range(data.draw(st.integers(1, 6))):
        edit = some_edit(data, body, blocks_alone=blocks_alone)
        try:
            body = apply_edit(body, edit, block_bodies())
        except EditError as error:
            refused.add(error.code)
    assert refused <= set(EDIT_ERRORS)
    return read_flow(body)


@given(data=st.data(), name=st.sampled_from(sorted(presets())))
@settings(max_examples=100, deadline=None)
def test_blocks_put_in_moved_and_taken_out_at_random_leave_no_order_stuck(data, name):
    flow = edit_at_random(data, name, blocks_alone=True)
    assert check(flow) == ()
    assert stages_walked(flow)[-1].meaning is Meaning.DONE


@given(data=st.data(), name=st.sampled_from(sorted(presets())))
@settings(max_examples=50, deadline=None)
def test_a_flow_edited_at_random_is_readable_or_the_edit_names_why(data, name):
    flow = edit_at_random(data, name, blocks_alone=False)
    assert flow.stage(flow.initial).meaning is Meaning.WAITING
