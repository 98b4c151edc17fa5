"""What must be repaired before a flow is published."""

from collections.abc import Iterable

from workorders.flow.checking_company import Company, without_milestones, without_people
from workorders.flow.checking_ends import endless
from workorders.flow.checking_parts import weak_parts
from workorders.flow.finding import Finding
from workorders.flow.meaning import Meaning
from workorders.flow.shape import Flow, Stage, Transition
from workorders.flow.walking import is_on_plan
from workorders.flow.words import GUARDS, NEEDED_KEYS

# Where no way leads on at all there is nothing to say of conditions.
_NO_WAY = ("no_done", "no_exit", "no_way_to_done")


def check(flow: Flow, company: Company | None = None) -> tuple[Finding, ...]:
    """Everything that must be repaired before this flow may be published."""
    company = company or Company()
    found: list[Finding] = []
    if not flow.stage(flow.initial).meaning.may_begin:
        found.append(Finding("initial_not_waiting", flow.initial))
    if not flow.stages_meaning(Meaning.DONE):
        found.append(Finding("no_done", flow.key))
    if not flow.stages_meaning(Meaning.CANCELLED):
        found.append(Finding("no_cancelled", flow.key))
    keys = {each.key for each in flow.transitions}
    found += [Finding("needed_key", key) for key in NEEDED_KEYS if key not in keys]
    ways = flow.transitions
    reachable = _reached(ways, {flow.initial}, forward=True)
    to_done = _reached(ways, _keys(flow, Meaning.DONE), forward=False)
    to_cancelled = _reached(ways, _keys(flow, Meaning.CANCELLED), forward=False)
    found += [*_settles_nobody(flow), *_works_when_settled(flow)]
    for stage in flow.stages:
        found += _weaknesses(flow, stage, reachable, to_done, to_cancelled)
    for each in flow.transitions:
        found += _weak_way(flow, each)
    if not any(each.code in _NO_WAY for each in found):
        found += endless(flow)
    found += weak_parts(flow)
    if company.people is not None:
        found += without_people(flow, {"system": 1} | dict(company.people))
    if company.milestones is not None:
        found += without_milestones(flow, company.milestones)
    return tuple(dict.fromkeys(found))


def _settles_nobody(flow: Flow) -> Iterable[Finding]:
    """Work that ends without anybody having been given the order is paid to nobody."""
    alone = [each for each in flow.transitions if "has_installer" not in each.guards]
    reached = _reached(alone, {flow.initial}, forward=True)
    ended = _keys(flow, Meaning.IN_REVIEW) | _keys(flow, Meaning.DONE)
    return (
        Finding("settles_nobody", stage.key)
        for stage in flow.stages
        if stage.key in reached & ended
    )


def _works_when_settled(flow: Flow) -> Iterable[Finding]:
    """To plan, an order that came back from review would be settled, reopened and settled again."""
    at = {stage.key: number for number, stage in enumerate(flow.stages)}
    for each in flow.transitions:
        ahead = [key for key in each.sources if at[key] < at[each.target]]
        settled = any(flow.stage(key).meaning.is_after_work for key in ahead)
        if settled and is_on_plan(flow, each) and not flow.stage(each.target).meaning.is_after_work:
            yield Finding("works_when_settled", each.key)


def _weak_way(flow: Flow, way: Transition) -> Iterable[Finding]:
    yield from (Finding("unknown_guard", way.key) for guard in way.guards if guard not in GUARDS)
    if not way.roles:
        yield Finding("nobody_may", way.key)
    if any(flow.stage(source).meaning.is_final for source in way.sources):
        yield Finding("leaves_final", way.key)


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
    if stage.key not in to_cancelled:
        yield Finding("no_way_to_cancelled", stage.key)


def _keys(flow: Flow, meaning: Meaning) -> set[str]:
    return {stage.key for stage in flow.stages_meaning(meaning)}


def _reached(ways: Iterable[Transition], start: set[str], *, forward: bool) -> set[str]:
    pairs = [(source, each.target) for each in ways for source in each.sources]
    edges = pairs if forward else [(target, source) for source, target in pairs]
    reached, size = set(start), -1
    while len(reached) != size:
        size = len(reached)
        reached |= {target for source, target in edges if source in reached}
    return reached
