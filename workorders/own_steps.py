"""The steps that are to be done for one order: all of its item, or those another order left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.item_body import ItemBody
    from workorders.models import WorkOrder


def own_body(order: WorkOrder, body: ItemBody) -> ItemBody:
    """Return the item's body with the order's own steps alone."""
    if not order.only_steps:
        return body
    return replace(body, steps=tuple(step for step in body.steps if step.seq in order.only_steps))
