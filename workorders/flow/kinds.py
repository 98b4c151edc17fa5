"""The kinds of orders a flow tells apart: by the conditions an order meets on its own path."""

from collections.abc import Iterator, Mapping
from heapq import heappop, heappush

from workorders.flow.conditions import Facts
from workorders.flow.fact_values import Value, values_to_try, weight
from workorders.flow.shape import Condition, Flow
from workorders.flow.stepping import open_ways
from workorders.flow.words import FACTS

MOST_KINDS = 1_000
"""So many kinds are looked at; beyond, whoever looks says that there are more."""

# Known when an order is opened, and the same to its end: what people answer can be answered anew.
_LASTING = frozenset(FACTS) | {"quantity", "paid_yuan", "distance_km"}


def kinds_of_orders(flow: Flow) -> Iterator[Facts]:
    """Return the facts of orders that go different ways, those with the fewest of them first.

    A fact is asked where an order comes to: two stages on one path are looked at together, and what
    is asked on another path is left open. Each fact is unknown, one of the codes that are named (two
    of those an order can have several of), or a number on either side of a bound.
    """
    asked = _asked(flow)
    waiting: list[tuple[int, int, dict[str, Value]]] = [(0, 0, {})]
    pushed = 0
    while waiting:
        special, _pushed, values = heappop(waiting)
        facts = {name: value for name, value in values.items() if value is not None}
        name = _open_question(flow, asked, values, facts)
        if name is None:
            yield facts
            continue
        for value in values_to_try(name, asked[name][1]):
            pushed += 1
            heappush(waiting, (special + weight(value), pushed, values | {name: value}))


def _asked(flow: Flow) -> dict[str, tuple[frozenset[str], list[Condition]]]:
    """The lasting facts, with the stages out of which they decide and what is asked of them."""
    found: dict[str, tuple[frozenset[str], list[Condition]]] = {}
    for way in flow.transitions:
        for each in way.when:
            if each.fact in _LASTING:
                stages, conditions = found.get(each.fact, (frozenset(), []))
                found[each.fact] = (stages | set(way.sources), [*conditions, each])
    return found


def _open_question(
    flow: Flow,
    asked: Mapping[str, tuple[frozenset[str], list[Condition]]],
    values: Mapping[str, Value],
    facts: Facts,
) -> str | None:
    """The first fact that decides in a stage such an order comes to and of which nothing is said."""
    seen = {flow.initial}
    ahead = [flow.initial]
    for here in ahead:
        for name, (stages, _conditions) in asked.items():
            if here in stages and name not in values:
                return name
        for way in open_ways(flow, here, facts):
            if way.target not in seen:
                seen.add(way.target)
                ahead.append(way.target)
    return None
