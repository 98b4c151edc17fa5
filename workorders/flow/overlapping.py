"""Whether two variants of a flow can fit one order without one being a narrower case of the other."""

from collections.abc import Callable

from workorders.flow.overlays import Applies
from workorders.flow.shape import Condition

Lies = Callable[[str, str], bool]
"""Whether a region's code is another's, or lies in it."""
_ONE_EACH = frozenset({"order_type", "item", "category", "customer_level", "channel"})
"""Facts of which an order has one code at most."""


def rivals(one: Applies, other: Applies, lies: Lies) -> bool:
    """Whether some order fits both, and which it follows is not a matter of the narrower case."""
    if one.on_demand != other.on_demand or _exclude(one, other, lies):
        return False
    return _is_case_of(one, other, lies) == _is_case_of(other, one, lies)


def _exclude(one: Applies, other: Applies, lies: Lies) -> bool:
    if one.months and other.months and not set(one.months) & set(other.months):
        return True
    pairs = [(a, b) for a in one.when for b in other.when if a.fact == b.fact]
    return any(_are_apart(a, b, lies) for a, b in pairs)


def _are_apart(a: Condition, b: Condition, lies: Lies) -> bool:
    if any(_ends_before(x, y) for x, y in ((a, b), (b, a))):
        return True
    within = lies if a.fact == "region" else str.__eq__
    for x, y in ((a, b), (b, a)):
        if x.any_of and all(any(within(c, d) for d in y.none_of) for c in x.any_of):
            return True
    if not (a.any_of and b.any_of) or a.fact not in _ONE_EACH | {"region"}:
        return False
    return not any(within(c, d) or within(d, c) for c in a.any_of for d in b.any_of)


def _ends_before(a: Condition, b: Condition) -> bool:
    return a.below is not None and b.at_least is not None and a.below <= b.at_least


def _is_case_of(one: Applies, other: Applies, lies: Lies) -> bool:
    """Whether every order that fits one fits the other."""
    if other.months and not (one.months and set(one.months) <= set(other.months)):
        return False
    return all(any(_implies(a, b, lies) for a in one.when) for b in other.when)


def _implies(a: Condition, b: Condition, lies: Lies) -> bool:
    if a == b:
        return True
    if a.fact != b.fact or (b.at_least, b.below) != (a.at_least, a.below):
        return False
    within = lies if a.fact == "region" else str.__eq__
    if b.any_of and not (a.any_of and all(any(within(c, d) for d in b.any_of) for c in a.any_of)):
        return False
    return all(any(within(d, c) for c in a.none_of) for d in b.none_of)
