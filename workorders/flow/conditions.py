"""Whether the conditions of a branch or trigger hold for what is known of an order."""

from collections.abc import Iterable, Mapping

from workorders.flow.shape import Condition

Facts = Mapping[str, frozenset[str] | int]
"""Codes by the names of FACTS and `answer.FIELD`; numbers, in thousandths, by NUMBER_FACTS.

What is unknown is left out: an unknown code is none of any, an unknown number lies in no bounds.
"""


def holds(conditions: Iterable[Condition], facts: Facts) -> bool:
    """Whether all conditions hold; true without conditions."""
    return all(_one_holds(each, facts.get(each.fact)) for each in conditions)


def _one_holds(condition: Condition, value: frozenset[str] | int | None) -> bool:
    if condition.at_least is not None or condition.below is not None:
        return isinstance(value, int) and _lies_between(condition, value)
    codes = value if isinstance(value, frozenset) else frozenset()
    if condition.any_of and codes.isdisjoint(condition.any_of):
        return False
    return not condition.none_of or codes.isdisjoint(condition.none_of)


def _lies_between(condition: Condition, value: int) -> bool:
    low, high = condition.at_least, condition.below
    return (low is None or value >= low) and (high is None or value < high)
