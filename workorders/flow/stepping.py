"""Which ways are open from a stage, and where one leads."""

from dataclasses import dataclass

from workorders.flow.conditions import Facts, holds
from workorders.flow.shape import Flow, Stage, Transition


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a transition is not taken: unknown_transition, wrong_stage or guards (with `missing`)."""

    code: str
    missing: tuple[str, ...] = ()


def open_ways(flow: Flow, stage_key: str, facts: Facts | None = None) -> tuple[Transition, ...]:
    """The ways out of a stage for an order with these facts, whoever takes them.

    Of several with one key only the first whose conditions hold is open.
    """
    found: dict[str, Transition] = {}
    for each in flow.transitions:
        here = stage_key in each.sources and each.key not in found
        if here and holds(each.when, {} if facts is None else facts):
            found[each.key] = each
    return tuple(found.values())


def allowed(
    flow: Flow, stage_key: str, role: str, facts: Facts | None = None
) -> tuple[Transition, ...]:
    """The transitions out of a stage this role may take, whatever their guards say."""
    return tuple(each for each in open_ways(flow, stage_key, facts) if role in each.roles)


def chosen(
    flow: Flow, stage_key: str, transition_key: str, facts: Facts | None = None
) -> Transition | None:
    """The way this key leads from a stage for these facts; None where it leads nowhere."""
    ways = open_ways(flow, stage_key, facts)
    return next((each for each in ways if each.key == transition_key), None)


def step(
    flow: Flow,
    stage_key: str,
    transition_key: str,
    guards: frozenset[str] | set[str],
    facts: Facts | None = None,
) -> Stage | Refusal:
    """The stage a transition leads to, or why it is refused; `guards` are those that hold."""
    if not any(each.key == transition_key for each in flow.transitions):
        return Refusal("unknown_transition")
    taken = chosen(flow, stage_key, transition_key, facts)
    if taken is None:
        return Refusal("wrong_stage")
    missing = tuple(guard for guard in taken.guards if guard not in guards)
    return Refusal("guards", missing) if missing else flow.stage(taken.target)
