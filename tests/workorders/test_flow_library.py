"""The library that comes with the product: every block, flow and variant can be used as it is."""

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from workorders.flow import Company, Meaning, check, read_flow, stages_walked
from workorders.flow.bodies import EditError, normal, place
from workorders.flow.inserting import insert_block
from workorders.flow.lifting import remove_stage
from workorders.flow_library import (
    bases,
    block_bodies,
    blocks,
    fitting_overlays,
    flow_body,
    overlays,
    recipes,
)
from workorders.visit_path import booking_move, first_stage

URGENT = {"mark": frozenset({"urgent"})}
FOR_URGENT = [{"fact": "mark", "any_of": ["urgent"]}]
LONGEST_KEY, LONGEST_NAME, LONGEST_DEPARTMENT, LONGEST_TAG, LONGEST_TEXT = 30, 60, 40, 20, 300


def anchor(block):
    """The stage a block stands at, as an anchor."""
    return block.before or block.after


def blocks_for(base):
    """The library's blocks that stand in a base flow."""
    for block in blocks().values():
        try:
            place(normal(bases()[base]), anchor(block))
        except EditError:
            continue
        yield block


def one_by_one(flow):
    """The ways of a flow, each from one stage: how their sources are grouped means nothing."""
    return {replace(way, sources=(source,)) for way in flow.transitions for source in way.sources}


def ends_well(flow, facts=None):
    """Whether the flow can be published and an order with these facts ends in done."""
    return check(flow) == () and stages_walked(flow, facts)[-1].meaning is Meaning.DONE


@pytest.mark.parametrize("key", bases())
def test_a_base_flow_is_publishable_and_ends_in_done(key):
    assert ends_well(read_flow(bases()[key]))


@pytest.mark.parametrize("key", bases())
def test_what_the_office_takes_off_hold_waits_for_the_installers_yes(key):
    flow = read_flow(bases()[key])
    asked = first_stage(flow)
    ways = {way.key: way for way in flow.transitions if way.sources == ("on_hold",)}
    assert (ways["resume"].target, ways["resume"].roles) == ("accepted", ("installer",))
    assert ways["give_back"].target == asked == "assigned"
    assert "installer" not in ways["give_back"].roles


@pytest.mark.parametrize("key", recipes())
def test_wherever_an_appointment_is_waited_for_one_can_be_agreed(key):
    flow = flow_of(key)
    for way in flow.transitions:
        if "has_appointment" in way.guards and "appointment" not in way.asks:
            for source in way.sources:
                assert booking_move(flow, source) is not None, (way.key, source)


@pytest.mark.parametrize(
    ("recipe", "way"),
    [("office_rollout", "after_discount"), ("complaint_compensation", "after_compensation")],
)
def test_who_asks_for_money_does_not_grant_it(recipe, way):
    granting = [each for each in flow_of(recipe).transitions if each.key == way]
    assert granting
    assert all("not_own_request" in each.guards for each in granting)


def test_every_block_stands_in_some_base():
    assert {block.key for base in bases() for block in blocks_for(base)} == set(blocks())


@pytest.mark.parametrize("base", bases())
def test_a_block_put_into_a_base_flow_leaves_it_publishable(base):
    for block in blocks_for(base):
        assert ends_well(read_flow(insert_block(bases()[base], block.body))), block.key


@pytest.mark.parametrize("base", bases())
def test_a_block_for_some_orders_is_passed_by_the_others(base):
    main_line = stages_walked(read_flow(bases()[base]))
    for block in blocks_for(base):
        at = place(normal(bases()[base]), anchor(block))
        begins = block.before and at == bases()[base]["initial"]
        if begins or at not in {stage.key for stage in main_line}:
            continue
        flow = read_flow(insert_block(bases()[base], block.body, when=FOR_URGENT))
        assert ends_well(flow, URGENT), block.key
        assert stages_walked(flow) == tuple(flow.stage(stage.key) for stage in main_line), block.key
        added = {each.key for each in stages_walked(flow, URGENT)} - {
            each.key for each in main_line
        }
        assert added == {stage["key"] for stage in block.body.get("stages", ())}, block.key


@pytest.mark.parametrize("base", bases())
def test_a_block_of_one_stage_taken_out_again_leaves_the_flow_as_it_was(base):
    before = read_flow(bases()[base])
    for block in blocks_for(base):
        if len(block.body.get("stages", ())) != 1:
            continue
        body = insert_block(bases()[base], block.body)
        added = next(stage["key"] for stage in body["stages"] if stage.get("block"))
        again = read_flow(remove_stage(body, added))
        assert replace(again, transitions=()) == replace(before, transitions=()), block.key
        assert one_by_one(again) == one_by_one(before), block.key


@cache
def flow_of(key, overlay=""):
    """A flow of the library, with a variant over it; read once for all tests."""
    body = flow_body(key)
    return read_flow(overlays()[overlay].over(body, block_bodies()) if overlay else body)


@pytest.mark.parametrize("key", recipes())
def test_a_flow_of_the_library_is_publishable_and_ends_in_done(key):
    assert ends_well(flow_of(key))


@pytest.mark.parametrize("key", recipes())
def test_every_variant_that_fits_a_flow_is_publishable_and_ends_in_done(key):
    for overlay in fitting_overlays(key):
        assert ends_well(flow_of(key, overlay.key)), overlay.key
        assert flow_of(key, overlay.key) != flow_of(key), overlay.key


def every_flow():
    """Everything of the library that can be published, by names."""
    for base, body in bases().items():
        yield (base,), read_flow(body)
        for block in blocks_for(base):
            yield (base, block.key), read_flow(insert_block(body, block.body))
    for key in recipes():
        yield (key,), flow_of(key)
        for overlay in fitting_overlays(key):
            yield (key, overlay.key), flow_of(key, overlay.key)


def test_what_the_library_says_fits_where_it_is_kept():
    for name, flow in every_flow():
        keys = [*flow.stages, *flow.transitions, *flow.forms, *flow.triggers]
        tasks = [task for stage in flow.stages for task in stage.tasks]
        assert max(len(each.key) for each in (*keys, *tasks)) <= LONGEST_KEY, name
        named = [*flow.stages, *flow.transitions, *flow.forms, *tasks]
        assert max(len(each.name) for each in named) <= LONGEST_NAME, name
        assert all(len(each.department) <= LONGEST_DEPARTMENT for each in (*flow.stages, *tasks))
        for trigger in flow.triggers:
            for action in trigger.actions:
                assert len(action.value("text")) <= LONGEST_TEXT, (name, trigger.key)
                assert len(action.value("tag")) <= LONGEST_TAG, (name, trigger.key)
        for condition in asked_answers(flow):
            assert is_answerable(flow, condition), (name, condition)


def asked_answers(flow):
    """The conditions of a flow that ask for the answer to a form's field."""
    whens = [each.when for each in (*flow.transitions, *flow.triggers)]
    whens += [task.when for stage in flow.stages for task in stage.tasks]
    return [each for when in whens for each in when if each.fact.startswith("answer.")]


def is_answerable(flow, condition):
    """Whether somebody who fills in the form can give what a condition asks for."""
    key = condition.fact.removeprefix("answer.")
    fields = [field for form in flow.forms if (field := form.field(key)) is not None]
    if condition.any_of or condition.none_of:
        codes = {*condition.any_of, *condition.none_of}
        return all(codes <= {code for code, _label in field.options} for field in fields)
    return {field.kind for field in fields} <= {"number", "computed"}


def test_the_library_is_as_large_as_is_promised():
    trades = Counter(recipe.industry for recipe in recipes().values())
    assert len(blocks()) >= 64
    assert len(recipes()) >= 44
    assert len(trades) >= 22
    assert min(trades.values()) >= 2
    assert len(overlays()) >= 8
    assert sum(len(fitting_overlays(key)) for key in recipes()) >= 200


def test_variants_name_trades_there_are():
    trades = {recipe.industry for recipe in recipes().values()}
    for overlay in overlays().values():
        assert overlay.industries <= trades, overlay.key


def test_flows_branch_by_everything_that_is_known_of_an_order():
    used = Counter()
    for key in recipes():
        whens = [way.when for way in flow_of(key).transitions]
        used.update({each.fact.partition(".")[0] for when in whens for each in when})
    for fact in ("answer", "category", "region", "customer_level", "channel", "tag", "mark"):
        assert used[fact] >= 2, fact
    assert {"order_type", "quote_yuan", "quantity", "visits"} <= set(used)


def test_a_flow_of_more_than_twenty_stages_goes_from_department_to_department():
    longest = max((stages_walked(flow_of(key)) for key in recipes()), key=len)
    assert len(longest) > 20
    assert len({stage.department for stage in longest if stage.department}) >= 8


def test_a_milestone_releases_money_when_work_is_commissioned_and_when_it_is_accepted():
    wanted = Company(milestones=frozenset({"commissioned", "accepted"}))
    assert not check(flow_of("ev_home"), wanted)


def test_every_block_is_used_by_a_flow_or_a_variant():
    edits = [edit for recipe in recipes().values() for edit in recipe.edits]
    edits += [edit for overlay in overlays().values() for edit in overlay.edits]
    used = {edit["block"] for edit in edits if isinstance(edit.get("block"), str)}
    assert set(blocks()) - used == set()
