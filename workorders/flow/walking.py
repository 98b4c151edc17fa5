"""Walks an order through a flow to its end, as everybody's best day would."""

from workorders.flow.conditions import Facts
from workorders.flow.meaning import Meaning
from workorders.flow.planning import is_planned
from workorders.flow.shape import Flow, Stage, Transition
from workorders.flow.stepping import open_ways


def main_way(flow: Flow, stage_key: str, facts: Facts | None = None) -> Transition | None:
    """Return the way that goes to plan out of a stage: the smallest step forward open for `facts`.

    Out of a stage on hold any way back to work is one; None where a stage ends the work.
    """
    at = {stage.key: number for number, stage in enumerate(flow.stages)}
    here = flow.stage(stage_key)
    ways = [
        each
        for each in open_ways(flow, stage_key, facts)
        if is_on_plan(flow, each)
        and each.target != stage_key
        and (here.meaning is Meaning.ON_HOLD or at[each.target] > at[stage_key])
    ]
    return min(ways, key=lambda each: at[each.target], default=None)


def is_on_plan(flow: Flow, way: Transition) -> bool:
    """Whether a way leads on with the work: not aside, and not to the end of an empty trip."""
    return is_planned(flow.stage(way.target).meaning, way.guards, way.effects)


def walk(flow: Flow, facts: Facts | None = None) -> tuple[Transition, ...]:
    """Return the ways from the first stage to the end that go to plan, each the next.

    It stops where nothing leads on, or after as many steps as the flow has stages.
    """
    found: list[Transition] = []
    here = flow.initial
    while len(found) < len(flow.stages) and (way := main_way(flow, here, facts)) is not None:
        found.append(way)
        here = way.target
    return tuple(found)


def stages_walked(flow: Flow, facts: Facts | None = None) -> tuple[Stage, ...]:
    """Return the stages of such a walk, the first one included."""
    keys = [flow.initial, *(way.target for way in walk(flow, facts))]
    return tuple(flow.stage(key) for key in keys)
