"""What several orders that do one item together have of it: work and payment, each once."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

from catalog.resolve import extra_materials
from settlement.engine.item_part import ItemPart
from settlement.engine.money import cut_fen
from workorders.item_parts import sharing
from workorders.own_steps import own_body

if TYPE_CHECKING:
    from catalog.resolve import EffectiveItem, PlannedMaterial
    from settlement.engine.currency import PaidIn
    from workorders.item_parts import OwnPart
    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class Stake:
    """An order's part of its item, and where the payment for all of it stands.

    `payer` is the order that was paid for, `share` this one's part of that; None: nothing.
    """

    work: ItemPart | None
    payer: WorkOrder
    share: OwnPart | None
    is_alone: bool

    def of_payment(self, fen: int) -> int:
        """Return the order's part of an amount paid for the whole item."""
        if self.is_alone:
            return fen
        share = self.share
        return cut_fen(fen, share.start, share.end, share.whole) if share else 0

    def of_foreign(self, paid: PaidIn | None) -> PaidIn | None:
        """Return a payment in another currency with the order's part of it.

        The whole is converted and the fen are cut: pieces converted each for itself would not sum
        to it.
        """
        if paid is None or self.is_alone:
            return paid
        share = self.share
        return paid._replace(cut=(share.start, share.end, share.whole) if share else (0, 0, 1))


def stake_of(order: WorkOrder) -> Stake:
    """Return what an order has of its item; work done again has the part the first one had."""
    shared = sharing(order)
    if shared is None:
        first = order.rework_of
        again = sharing(first) if first is not None else None
        same = first is not None and first.item_version_id == order.item_version_id
        work = _plain(again.work_of(first)) if again and first and same else None
        return Stake(work, order, None, is_alone=True)
    payer = shared.orders[0]
    share = shared.payment_of(order)
    return Stake(_plain(shared.work_of(order)), payer, share, is_alone=False)


def _plain(part: OwnPart) -> ItemPart:
    return ItemPart(*astuple(part))


def planned_minutes(effective: EffectiveItem, part: ItemPart | None) -> int:
    """Return the minutes an order's own steps take where the item takes its minutes."""
    whole = effective.labor_minutes
    return whole if part is None else max(1, cut_fen(whole, part.start, part.end, part.whole))


def planned_materials(order: WorkOrder, effective: EffectiveItem) -> list[PlannedMaterial]:
    """Return what an order's own steps are expected to need of what the whole item needs."""
    if not order.only_steps:
        return list(effective.materials)
    own = Counter(extra_materials(effective.overrides))
    for step in own_body(order, effective.body).steps:
        for need in step.materials:
            own[need.code] += need.milli
    return [
        replace(need, quantity_milli=own[need.code])
        for need in effective.materials
        if own[need.code]
    ]
