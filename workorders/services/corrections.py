"""What is put right on an order after its money was settled; the money is corrected by who calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import Region


@transactional
def note_visits(*, order_id: int, words: str, actor: User | None) -> None:
    """Tell on an order which times on site its money counts with."""
    order = lock_order(order_id)
    timeline.note(order, "visits_corrected", kind=timeline.Kind.MONEY, actor=actor, text=words)
    record(actor, "workorder.visits_corrected", order, visits=words)


@transactional
def correct_region(*, order_id: int, region: Region, source: str, actor: User | None) -> None:
    """Record in which region the site of an order lies, closed or not.

    Who settles the order stays: the branch it was done for is not a fact of the site.
    """
    order = lock_order(order_id)
    before = order.site_region.name if order.site_region else "—"
    order.site_region = region
    order.save(update_fields=["site_region"])
    timeline.note(
        order,
        "region_corrected",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        was=before,
        region=region.name,
        source=source,
    )
    record(actor, "workorder.region_corrected", order, was=before, region=region.name)
