"""Whether a company has the people a flow needs, and the flow what its rules wait for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workorders.flow.finding import Finding
from workorders.flow.shape import Flow, Transition


@dataclass(frozen=True, slots=True)
class Company:
    """What a check knows of the company: people by role, and milestones its rules wait for.

    None asks nothing about that.
    """

    people: Mapping[str, int] | None = None
    milestones: frozenset[str] | None = None


def without_people(flow: Flow, people: Mapping[str, int]) -> Iterable[Finding]:
    """Return the stages, tasks and ways for which nobody, or too few, hold a role."""
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
        elif _needed(each) > max(able, 1):
            yield Finding("too_few_people", each.key)


def _needed(way: Transition) -> int:
    """How many people a way needs: who asked for it is one of its roles as a rule, and does not count."""
    return way.approvals + ("not_own_request" in way.guards)


def without_milestones(flow: Flow, wanted: frozenset[str]) -> Iterable[Finding]:
    """Return the milestones that are waited for and never reached."""
    reached = {"completed", "followed_up"} | {
        action.value("milestone")
        for trigger in flow.triggers
        for action in trigger.actions
        if action.kind == "release_milestone"
    }
    return (Finding("milestone_missing", name) for name in sorted(wanted - reached))
