"""The steps that are to be done for one order: all of its item, or those another order left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workorders.flow import Meaning

if TYPE_CHECKING:
    from catalog.item_body import ItemBody
    from workorders.models import WorkOrder

BEGUN = (Meaning.ON_SITE.value, Meaning.ON_HOLD.value, Meaning.IN_REVIEW.value)
"""Where work was begun, so that what is left of it may go on with another order."""
LEAST_STEPS = 2
"""Of fewer steps nothing would be left of the order itself."""


def own_body(order: WorkOrder, body: ItemBody) -> ItemBody:
    """Return the item's body with the order's own steps alone."""
    if not order.only_steps:
        return body
    return replace(body, steps=tuple(step for step in body.steps if step.seq in order.only_steps))
