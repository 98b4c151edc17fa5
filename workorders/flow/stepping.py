"""Which ways are open from a stage, and where one leads."""

from dataclasses import dataclass

from workorders.flow.shape import Flow, Stage, Transition


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a transition is not taken: unknown_transition, wrong_stage or guards (with `missing`)."""

    code: str
    missing: tuple[str, ...] = ()


def allowed(flow: Flow, stage_key: str, role: str) -> tuple[Transition, ...]:
    """The transitions out of a stage this role may take, whatever their guards say."""
    return tuple(
        each for each in flow.transitions if stage_key in each.sources and role in each.roles
    )


def step(
    flow: Flow, stage_key: str, transition_key: str, facts: frozenset[str] | set[str]
) -> Stage | Refusal:
    """The stage a transition leads to, or why it is refused; `facts` are the guards that hold."""
    found = [each for each in flow.transitions if each.key == transition_key]
    if not found:
        return Refusal("unknown_transition")
    taken = next((each for each in found if stage_key in each.sources), None)
    if taken is None:
        return Refusal("wrong_stage")
    missing = tuple(guard for guard in taken.guards if guard not in facts)
    return Refusal("guards", missing) if missing else flow.stage(taken.target)
