"""What a work order's item is at its site, with the region's own instructions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from catalog.resolve import effective_item
from common import clock
from workorders.own_steps import own_body

if TYPE_CHECKING:
    from catalog.resolve import EffectiveItem
    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class LocalNote:
    """An instruction a region adds to the item."""

    region: str
    text: str


def local_item(order: WorkOrder) -> EffectiveItem:
    """Return the order's item version at its site, in the month the work is or was to be done.

    Of work that is over: with what the regions asked for at that time.
    """
    at = order.completed_at or order.window_starts_at or clock.now()
    item = effective_item(
        version=order.item_version,
        region=order.site_region,
        on=clock.china(at).date(),
        as_of=order.completed_at or order.cancelled_at,
    )
    return replace(item, body=own_body(order, item.body)) if order.only_steps else item


def local_notes(item: EffectiveItem) -> tuple[LocalNote, ...]:
    """Return the instructions of the regions around the site, the widest region's first."""
    return tuple(LocalNote(row.region.name, row.note) for row in item.overrides if row.note)
