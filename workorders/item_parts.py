"""Which part of an item each order does that shares its steps with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.item_body import body_of_version
from workorders.flow import Meaning
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from catalog.item_body import ItemBody


@dataclass(frozen=True, slots=True)
class OwnPart:
    """Where an order's steps lie among all of the item, from 0 to `whole`; minutes or steps."""

    start: int
    end: int
    whole: int
    steps: int
    all_steps: int


@dataclass(frozen=True, slots=True)
class Shared:
    """Orders that do one item together, in the order of their parts; the first was paid for."""

    orders: tuple[WorkOrder, ...]
    body: ItemBody

    def work_of(self, order: WorkOrder) -> OwnPart:
        """Return an order's part of the work; what a cancelled order left undone is nobody's."""
        return self._part(order, self.orders)

    def payment_of(self, order: WorkOrder) -> OwnPart | None:
        """Return an order's part of what the customer paid; None for a cancelled one's.

        Whatever was paid belongs to the orders that are done: a refund for the cancelled one is
        taken off before.
        """
        living = [each for each in self.orders if each.meaning != Meaning.CANCELLED.value]
        return self._part(order, living) if order.pk in {each.pk for each in living} else None

    def _part(self, order: WorkOrder, orders: Sequence[WorkOrder]) -> OwnPart:
        # As people on one order share it: a step without minutes counts where none has any.
        by_minutes = any(step.minutes for step in self.body.steps)
        size = {step.seq: step.minutes if by_minutes else 1 for step in self.body.steps}
        at, start, end = 0, 0, 0
        for each in orders:
            here = at
            at += sum(size.get(seq, 0) for seq in each.only_steps)
            if each.pk == order.pk:
                start, end = here, at
        return OwnPart(start, end, max(at, 1), len(order.only_steps), len(self.body.steps))


def sharing(order: WorkOrder) -> Shared | None:
    """Return the orders that do an item together with this one; None where it does all of it.

    An order an order left steps to stands right behind it, the last one first: what another order
    leaves later moves nobody's part.
    """
    if not order.only_steps:
        return None
    root = order
    while (before := root.comes_from) is not None and _go_on(before, root):
        root = before
    known = {order.pk: order, root.pk: root}
    found: list[WorkOrder] = []

    def follow(one: WorkOrder) -> None:
        found.append(one)
        rows = WorkOrder.objects.filter(comes_from=one).exclude(only_steps=[]).order_by("-pk")
        for each in rows:
            if _go_on(one, each):
                follow(known.get(each.pk, each))

    follow(root)
    body = body_of_version(order.item_version)
    return Shared(tuple(found), body) if len(found) > 1 else None


def living_together(orders: Iterable[WorkOrder]) -> dict[int, list[int]]:
    """Return for each order the ids of those that do its item with it and are not cancelled.

    As `sharing` finds them, for many orders at once: the queries grow with the longest chain of
    orders that left steps to each other, not with the number of orders. An order that does all of
    its item alone stands for itself.
    """
    asked = list(orders)
    known = {order.pk: order for order in asked if order.only_steps}
    missing = {order.comes_from_id for order in known.values()} - {None, *known}
    while missing:
        found = WorkOrder.objects.only(*_LINKS).in_bulk(missing)
        known |= found
        missing = {one.comes_from_id for one in found.values() if one.only_steps}
        missing -= {None, *known}
    roots = {order.pk: _root(order, known) for order in asked}
    members: dict[int, list[WorkOrder]] = {root.pk: [root] for root in roots.values()}
    frontier = {pk: pk for pk, (root, *_rest) in members.items() if root.only_steps}
    by_pk = {root.pk: root for root in roots.values()}
    while frontier:
        rows = WorkOrder.objects.filter(comes_from__in=frontier).exclude(only_steps=[])
        following: dict[int, int] = {}
        for each in rows.only(*_LINKS):
            before = by_pk[each.comes_from_id or 0]
            if _go_on(before, each) and each.pk not in by_pk:
                members[frontier[before.pk]].append(each)
                following[each.pk], by_pk[each.pk] = frontier[before.pk], each
        frontier = following
    return {pk: _living(order_pk=pk, members=members[root.pk]) for pk, root in roots.items()}


_LINKS = ("pk", "comes_from", "only_steps", "item_version", "meaning")


def _root(order: WorkOrder, known: Mapping[int, WorkOrder]) -> WorkOrder:
    while (before := known.get(order.comes_from_id or 0)) is not None and _go_on(before, order):
        order = before
    return order


def _living(*, order_pk: int, members: Sequence[WorkOrder]) -> list[int]:
    if len(members) == 1:
        return [order_pk]
    return [one.pk for one in members if one.meaning != Meaning.CANCELLED.value]


def orders_together(order: WorkOrder) -> list[int]:
    """Return the ids of all orders that do an item with this one, itself too, rising."""
    shared = sharing(order)
    return sorted(each.pk for each in shared.orders) if shared else [order.pk]


def _go_on(before: WorkOrder, after: WorkOrder) -> bool:
    """Whether an order does steps of the same item that another left to it."""
    return bool(
        before.only_steps and after.only_steps and before.item_version_id == after.item_version_id
    )
