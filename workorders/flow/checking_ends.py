"""Whether every order comes to its end: no stage holds one for ever, and none goes round for ever."""

from collections.abc import Iterable, Iterator, Mapping

from workorders.flow.conditions import Facts
from workorders.flow.finding import Finding
from workorders.flow.kinds import MOST_KINDS, kinds_of_orders
from workorders.flow.meaning import Meaning
from workorders.flow.shape import Flow, Transition
from workorders.flow.stepping import open_ways
from workorders.flow.walking import is_on_plan


def endless(flow: Flow) -> Iterable[Finding]:
    """Return the stages in which an order is stuck, or from which it goes round for ever.

    Looked at is every kind of order that the lasting conditions on its path tell apart, up to so
    many; that there are more is a finding too. Only ways that go to plan count: holding an order or
    sending it back ends nothing.
    """
    for number, facts in enumerate(kinds_of_orders(flow)):
        if number == MOST_KINDS:
            yield Finding("no_full_trial", flow.key)
            return
        yield from _endless_for(flow, facts)


def _endless_for(flow: Flow, facts: Facts) -> Iterator[Finding]:
    ways = {stage.key: open_ways(flow, stage.key, facts) for stage in flow.stages}
    on_plan = {key: _targets(flow, key, found) for key, found in ways.items()}
    reached = _reached({key: {way.target for way in found} for key, found in ways.items()},
                       {flow.initial})  # fmt: skip
    ended = {stage.key for stage in flow.stages if stage.meaning is Meaning.DONE}
    ends = _reached(_turned(on_plan), ended)
    open_ends = [
        stage.key
        for stage in flow.stages
        if stage.key in reached - ends and not stage.meaning.is_final
    ]
    stuck = {key for key in open_ends if not on_plan[key]}
    yield from (Finding("stuck_without_else", key) for key in open_ends if key in stuck)
    # A stage from which an order comes to where it is stuck has no fault of its own.
    told = _reached(_turned(on_plan), stuck)
    # What is missing is a way on where the round is furthest: there it turns back.
    for key in reversed(open_ends):
        round_trip = _reached(on_plan, on_plan[key])
        if key not in told and key in round_trip:
            yield Finding("circles", key)
            told |= round_trip


def _targets(flow: Flow, key: str, ways: Iterable[Transition]) -> set[str]:
    return {way.target for way in ways if way.target != key and is_on_plan(flow, way)}


def _turned(edges: Mapping[str, set[str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {key: set() for key in edges}
    for source, targets in edges.items():
        for target in targets:
            found[target].add(source)
    return found


def _reached(edges: Mapping[str, set[str]], start: Iterable[str]) -> set[str]:
    reached: set[str] = set()
    ahead = set(start)
    while ahead:
        reached |= ahead
        ahead = {target for key in ahead for target in edges[key]} - reached
    return reached
