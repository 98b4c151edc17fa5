"""The values of a fact that conditions tell apart."""

from collections.abc import Iterable
from itertools import combinations

from workorders.flow.shape import Condition

# An order may have several of these at once.
_SEVERAL = frozenset({"tag", "mark", "site_fact"})
Value = frozenset[str] | int | None


def values_to_try(name: str, conditions: Iterable[Condition]) -> list[Value]:
    """Return unknown, each code that is named, and numbers on both sides of each bound."""
    found: list[Value] = [None]
    codes: dict[str, None] = {}
    for each in conditions:
        codes |= dict.fromkeys((*each.any_of, *each.none_of))
        bounds = [bound for bound in (each.at_least, each.below) if bound is not None]
        found += [value for bound in bounds for value in (bound, bound - 1)]
    found += [frozenset({code}) for code in codes]
    if name in _SEVERAL:
        found += [frozenset(pair) for pair in combinations(codes, 2)]
    return list(dict.fromkeys(found))


def weight(value: Value) -> int:
    """Return how special an order is by such a value: of how many codes or bounds it knows."""
    if value is None:
        return 0
    return len(value) if isinstance(value, frozenset) else 1
