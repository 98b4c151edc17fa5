"""What must be repaired before a flow is published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from common.marking import N_
from workorders.flow.meaning import Meaning
from workorders.flow.shape import Flow, Stage
from workorders.flow.words import GUARDS


@dataclass(frozen=True, slots=True)
class Finding:
    """A well-formed flow's weakness: `code` of FINDINGS and the key of the stage or transition."""

    code: str
    where: str


FINDINGS: Mapping[str, str] = {
    "initial_not_waiting": N_("The first stage “%(where)s” must mean waiting"),
    "unreachable": N_("Stage “%(where)s” can never be reached"),
    "no_exit": N_("Nothing leads out of stage “%(where)s”"),
    "leaves_final": N_("“%(where)s” leads out of a final stage"),
    "no_way_to_done": N_("No way leads from stage “%(where)s” to completion"),
    "no_way_to_cancelled": N_("A work order in stage “%(where)s” cannot be cancelled"),
    "no_done": N_("No stage means completion"),
    "no_cancelled": N_("No stage means cancelled"),
    "nobody_may": N_("Nobody may take “%(where)s”"),
    "role_not_held": N_("Nobody holds a role that may take “%(where)s”"),
    "stage_role_not_held": N_("Nobody holds the role responsible for stage “%(where)s”"),
    "unknown_guard": N_("“%(where)s” asks for a condition that does not exist"),
}


def check(flow: Flow, held: frozenset[str] | None = None) -> tuple[Finding, ...]:
    """Everything that must be repaired before this flow may be published.

    `held` are the roles somebody in the company has; None asks nothing about them.
    """
    found: list[Finding] = []
    if flow.stage(flow.initial).meaning is not Meaning.WAITING:
        found.append(Finding("initial_not_waiting", flow.initial))
    if not flow.stages_meaning(Meaning.DONE):
        found.append(Finding("no_done", flow.key))
    if not flow.stages_meaning(Meaning.CANCELLED):
        found.append(Finding("no_cancelled", flow.key))
    reachable = _reached(flow, {flow.initial}, forward=True)
    to_done = _reached(flow, _keys(flow, Meaning.DONE), forward=False)
    to_cancelled = _reached(flow, _keys(flow, Meaning.CANCELLED), forward=False)
    for stage in flow.stages:
        found += _weaknesses(flow, stage, reachable, to_done, to_cancelled)
    for each in flow.transitions:
        found += [
            Finding("unknown_guard", each.key) for guard in each.guards if guard not in GUARDS
        ]
        if not each.roles:
            found.append(Finding("nobody_may", each.key))
        if any(flow.stage(source).meaning.is_final for source in each.sources):
            found.append(Finding("leaves_final", each.key))
    if held is not None:
        found += _without_people(flow, held | {"system"})
    return tuple(found)


def _without_people(flow: Flow, held: frozenset[str]) -> Iterable[Finding]:
    for stage in flow.stages:
        if stage.role and stage.role not in held:
            yield Finding("stage_role_not_held", stage.key)
    for each in flow.transitions:
        if each.roles and held.isdisjoint(each.roles):
            yield Finding("role_not_held", each.key)


def _weaknesses(
    flow: Flow, stage: Stage, reachable: set[str], to_done: set[str], to_cancelled: set[str]
) -> Iterable[Finding]:
    if stage.key not in reachable:
        yield Finding("unreachable", stage.key)
    if stage.meaning.is_final:
        return
    if not any(stage.key in each.sources for each in flow.transitions):
        yield Finding("no_exit", stage.key)
        return
    if stage.key not in to_done:
        yield Finding("no_way_to_done", stage.key)
    if stage.key not in to_cancelled:
        yield Finding("no_way_to_cancelled", stage.key)


def _keys(flow: Flow, meaning: Meaning) -> set[str]:
    return {stage.key for stage in flow.stages_meaning(meaning)}


def _reached(flow: Flow, start: set[str], *, forward: bool) -> set[str]:
    pairs = [(source, each.target) for each in flow.transitions for source in each.sources]
    edges = pairs if forward else [(target, source) for source, target in pairs]
    reached, size = set(start), -1
    while len(reached) != size:
        size = len(reached)
        reached |= {target for source, target in edges if source in reached}
    return reached
