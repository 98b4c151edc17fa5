"""What must be repaired before a flow is published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from common.marking import N_
from workorders.flow.checking_parts import weak_parts
from workorders.flow.finding import Finding
from workorders.flow.meaning import Meaning
from workorders.flow.shape import Flow, Stage, Transition
from workorders.flow.words import GUARDS, NEEDED_KEYS


@dataclass(frozen=True, slots=True)
class Company:
    """What a check knows of the company: people by role, and milestones its rules wait for.

    None asks nothing about that.
    """

    people: Mapping[str, int] | None = None
    milestones: frozenset[str] | None = None


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
    "too_few_people": N_("“%(where)s” asks for more people than hold a role that may take it"),
    "unknown_guard": N_("“%(where)s” asks for a condition that does not exist"),
    "needed_key": N_("The flow lacks the action “%(where)s”, without which nobody is given orders"),
    "stuck_without_else": N_(
        "An order that meets none of the conditions is stuck in stage “%(where)s”:"
        " add a way without conditions"
    ),
    "milestone_missing": N_(
        "The rules release money at the milestone “%(where)s”, but the flow never reaches it"
    ),
    "form_missing": N_("“%(where)s” waits for a form, but its stage has none"),
    "form_not_awaited": N_("Stage “%(where)s” has a form, but an order may go on without it"),
    "form_unused": N_("No stage and no task uses the form “%(where)s”"),
    "tasks_missing": N_("“%(where)s” waits for tasks, but its stage has none"),
    "tasks_not_awaited": N_("Stage “%(where)s” has tasks, but an order may go on without them"),
    "task_role_not_held": N_("Nobody holds the role of the task “%(where)s”"),
    "overdue_without_limit": N_("“%(where)s” waits for a time limit, but its stage has none"),
    "answered_without_form": N_("“%(where)s” waits for a form, but its stage has none"),
}


def check(flow: Flow, company: Company | None = None) -> tuple[Finding, ...]:
    """Everything that must be repaired before this flow may be published."""
    company = company or Company()
    found: list[Finding] = []
    if flow.stage(flow.initial).meaning is not Meaning.WAITING:
        found.append(Finding("initial_not_waiting", flow.initial))
    if not flow.stages_meaning(Meaning.DONE):
        found.append(Finding("no_done", flow.key))
    if not flow.stages_meaning(Meaning.CANCELLED):
        found.append(Finding("no_cancelled", flow.key))
    keys = {each.key for each in flow.transitions}
    found += [Finding("needed_key", key) for key in NEEDED_KEYS if key not in keys]
    reachable = _reached(flow, {flow.initial}, forward=True)
    to_done = _reached(flow, _keys(flow, Meaning.DONE), forward=False)
    to_cancelled = _reached(flow, _keys(flow, Meaning.CANCELLED), forward=False)
    for stage in flow.stages:
        found += _weaknesses(flow, stage, reachable, to_done, to_cancelled)
    for each in flow.transitions:
        found += _weak_way(flow, each)
    found += weak_parts(flow)
    if company.people is not None:
        found += _without_people(flow, {"system": 1} | dict(company.people))
    if company.milestones is not None:
        found += _without_milestones(flow, company.milestones)
    return tuple(dict.fromkeys(found))


def _weak_way(flow: Flow, way: Transition) -> Iterable[Finding]:
    yield from (Finding("unknown_guard", way.key) for guard in way.guards if guard not in GUARDS)
    if not way.roles:
        yield Finding("nobody_may", way.key)
    if any(flow.stage(source).meaning.is_final for source in way.sources):
        yield Finding("leaves_final", way.key)


def _without_people(flow: Flow, people: Mapping[str, int]) -> Iterable[Finding]:
    for stage in flow.stages:
        if stage.role and not people.get(stage.role):
            yield Finding("stage_role_not_held", stage.key)
        for task in stage.tasks:
            if not people.get(task.role):
                yield Finding("task_role_not_held", task.key)
    for each in flow.transitions:
        able = sum(people.get(role, 0) for role in each.roles)
        if each.roles and not able:
            yield Finding("role_not_held", each.key)
        elif each.approvals > max(able, 1):
            yield Finding("too_few_people", each.key)


def _without_milestones(flow: Flow, wanted: frozenset[str]) -> Iterable[Finding]:
    reached = {"completed", "followed_up"} | {
        action.value("milestone")
        for trigger in flow.triggers
        for action in trigger.actions
        if action.kind == "release_milestone"
    }
    return (Finding("milestone_missing", name) for name in sorted(wanted - reached))


def _weaknesses(
    flow: Flow, stage: Stage, reachable: set[str], to_done: set[str], to_cancelled: set[str]
) -> Iterable[Finding]:
    if stage.key not in reachable:
        yield Finding("unreachable", stage.key)
    if stage.meaning.is_final:
        return
    ways = [each for each in flow.transitions if stage.key in each.sources]
    if not ways:
        yield Finding("no_exit", stage.key)
        return
    if stage.key not in to_done:
        yield Finding("no_way_to_done", stage.key)
    elif not any(each.target in to_done and not each.when for each in ways):
        yield Finding("stuck_without_else", stage.key)
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
