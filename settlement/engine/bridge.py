"""From one period's money to the next one's: what of the change each cause made, exact to the fen."""

from collections.abc import Mapping
from typing import NamedTuple

from settlement.engine.money import share_fen


class Cell(NamedTuple):
    """Orders of one item in one place in one period: how many, what they brought, by which rules."""

    orders: int
    fen: int
    versions: frozenset[int] = frozenset()


class Causes(NamedTuple):
    """The parts of a change, in fen; they sum to it exactly."""

    volume: int
    mix: int
    rule: int
    facts: int


NOTHING = Cell(0, 0)
Place = tuple[int, int]
"""Item and city (0: none) an order's money belongs to."""
Cells = Mapping[Place, Cell]


def causes(before: Cells, after: Cells) -> Causes:
    """Return why the orders of one period brought more or less than those of the one before.

    volume: more or fewer orders, at the average of the period before.
    rule, facts: orders of the same item in the same place bring another average; `rule` where other
    versions of the rules counted, `facts` where the same ones did (distance, time, grade, …).
    mix: other items and places; with the roundings of all others, so that nothing is lost.
    """
    orders, was = sum(cell.orders for cell in before.values()), sum_fen(before)
    more = sum(cell.orders for cell in after.values()) - orders
    volume = share_fen(was, more, orders) if orders > 0 else sum_fen(after) - was
    rule = facts = 0
    for key in before.keys() & after.keys():
        one, two = before[key], after[key]
        if one.orders <= 0 or two.orders <= 0:
            continue
        change = two.fen - share_fen(one.fen, two.orders, one.orders)
        if one.versions == two.versions:
            facts += change
        else:
            rule += change
    mix = sum_fen(after) - was - volume - rule - facts
    return Causes(volume, mix, rule, facts)


def sum_fen(cells: Cells) -> int:
    """Return what all orders brought."""
    return sum(cell.fen for cell in cells.values())
