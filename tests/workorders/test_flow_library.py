"""The library that comes with the product: every block, flow and variant can be used as it is."""

import pytest

from workorders.flow import Meaning, check, read_flow, stages_walked
from workorders.flow.bodies import EditError, normal, place
from workorders.flow.inserting import insert_block
from workorders.flow.lifting import remove_stage
from workorders.flow_library import bases, block_bodies, blocks, flow_body, overlays, recipes


def variants():
    """Every flow of the library with every variant that fits it, as (flow, variant, body)."""
    for key in recipes():
        body = flow_body(key)
        for overlay in overlays().values():
            yield pytest.param(body, overlay, id=f"{key}-{overlay.key}")


def stands_in(block, base):
    """Whether a base flow has the stage the block stands behind."""
    try:
        place(normal(bases()[base]), blocks()[block].after)
    except EditError:
        return False
    return True


PLACES = [(base, key) for key in blocks() for base in bases() if stands_in(key, base)]


@pytest.mark.parametrize(("base", "key"), PLACES)
def test_a_block_put_into_a_base_flow_leaves_it_publishable(base, key):
    body = insert_block(bases()[base], block_bodies()[key])
    assert check(read_flow(body)) == ()


@pytest.mark.parametrize("key", blocks())
def test_a_block_of_one_stage_taken_out_again_leaves_the_flow_as_it_was(key):
    block = block_bodies()[key]
    base = next(iter(bases().values()))
    if len(block["stages"]) != 1 or block.get("tasks") or block.get("form"):
        pytest.skip("several stages are taken out one by one")
    flow = read_flow(insert_block(base, block))
    added = next(stage.key for stage in flow.stages if stage.block)
    again = read_flow(remove_stage(insert_block(base, block), added))
    before = read_flow(base)
    assert again.stages == before.stages
    assert set(again.transitions) == set(before.transitions)


@pytest.mark.parametrize("key", recipes())
def test_a_flow_of_the_library_is_publishable_and_ends_in_done(key):
    flow = read_flow(flow_body(key))
    assert check(flow) == ()
    assert stages_walked(flow)[-1].meaning is Meaning.DONE


@pytest.mark.parametrize(("body", "overlay"), list(variants()))
def test_a_variant_of_a_flow_is_publishable_and_ends_in_done(body, overlay):
    flow = read_flow(overlay.over(body, block_bodies()))
    assert check(flow) == ()
    assert stages_walked(flow)[-1].meaning is Meaning.DONE
