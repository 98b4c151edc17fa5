"""Whether every order comes to its end: no stage holds one for ever, and none goes round for ever."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product

from workorders.flow.conditions import Facts
from workorders.flow.finding import Finding
from workorders.flow.meaning import Meaning
from workorders.flow.shape import Condition, Flow, Transition
from workorders.flow.stepping import open_ways
from workorders.flow.walking import is_on_plan
from workorders.flow.words import FACTS

# Known when an order is opened, and the same to its end: what people answer can be answered anew.
_LASTING = frozenset(FACTS) | {"quantity", "paid_yuan", "distance_km"}


_MOST = 200
"""So many combinations are looked at for one stage at most."""


def endless(flow: Flow) -> Iterable[Finding]:
    """Return the stages in which an order is stuck, or from which it goes round for ever.

    Looked at are an order that meets no condition, and for each stage the orders its ways tell
    apart: every combination of the values their lasting conditions name. Only ways that go to plan
    count: holding an order or sending it back ends nothing.
    """
    for facts in _orders(flow):
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


def _orders(flow: Flow) -> list[Facts]:
    """The facts of an order that meets no condition, then what may be known in each stage."""
    found: list[Facts] = [{}]
    for stage in flow.stages:
        asked: dict[str, list[Condition]] = {}
        for way in flow.transitions:
            if stage.key in way.sources:
                for each in way.when:
                    if each.fact in _LASTING:
                        asked.setdefault(each.fact, []).append(each)
        for values in islice(product(*map(_values, asked.values())), _MOST):
            facts = {
                name: value for name, value in zip(asked, values, strict=True) if value is not None
            }
            if facts not in found:
                found.append(facts)
    return found


def _values(conditions: Iterable[Condition]) -> list[frozenset[str] | int | None]:
    """Unknown, each code that is named, and numbers on both sides of each bound."""
    found: list[frozenset[str] | int | None] = [None]
    for each in conditions:
        found += [frozenset({code}) for code in (*each.any_of, *each.none_of)]
        bounds = [bound for bound in (each.at_least, each.below) if bound is not None]
        found += [value for bound in bounds for value in (bound, bound - 1)]
    return list(dict.fromkeys(found))


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
