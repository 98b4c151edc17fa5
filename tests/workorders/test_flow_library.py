"""The library that comes with the product: every block, flow and variant can be used as it is."""

from collections import Counter
from dataclasses import replace

import pytest

from workorders.flow import Meaning, check, read_flow, stages_walked
from workorders.flow.bodies import EditError, normal, place
from workorders.flow.inserting import insert_block
from workorders.flow.lifting import remove_stage
from workorders.flow_library import (
    bases,
    block_bodies,
    blocks,
    fitting_overlays,
    flow_body,
    recipes,
)

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


@pytest.mark.parametrize("key", recipes())
def test_a_flow_of_the_library_is_publishable_and_ends_in_done(key):
    assert ends_well(read_flow(flow_body(key)))


@pytest.mark.parametrize("key", recipes())
def test_every_variant_that_fits_a_flow_is_publishable_and_ends_in_done(key):
    body = flow_body(key)
    for overlay in fitting_overlays(key):
        flow = read_flow(overlay.over(body, block_bodies()))
        assert ends_well(flow), overlay.key
        assert flow != read_flow(body), overlay.key


def every_body():
    """Everything of the library that can be published, as (name, body)."""
    yield from bases().items()
    for base in bases():
        for block in blocks_for(base):
            yield f"{base}-{block.key}", insert_block(bases()[base], block.body)
    for key in recipes():
        yield key, flow_body(key)
        for overlay in fitting_overlays(key):
            yield f"{key}-{overlay.key}", overlay.over(flow_body(key), block_bodies())


def test_what_the_library_says_fits_where_it_is_kept():
    for name, body in every_body():
        flow = read_flow(body)
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
        answered = Counter(field.key for form in flow.forms for field in form.fields)
        asked = {c.fact for way in flow.transitions for c in way.when}
        for fact in asked:
            assert answered[fact.removeprefix("answer.")] <= 1, (name, fact)
