"""Puts a site where it lies and lets region, branch and distance of its open orders follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from common.outbox import announce
from customers.services.addresses import place_address
from workorders import timeline
from workorders.events import WorkOrderChanged
from workorders.models import WorkOrder
from workorders.places import site_of
from workorders.services.entering import measure_distance
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from accounts.models import User
    from customers.receiver import Spot


@transaction.atomic
def relocate_site(
    *, address_id: int, division_code: str, spot: Spot | None, actor: User | None
) -> list[WorkOrder]:
    """Place an address and return the open orders there with their new region and branch.

    Completed work keeps the region its money was computed with. Raises Refused for a code that is
    no city or district.
    """
    address = place_address(
        address_id=address_id, division_code=division_code, spot=spot, actor=actor
    )
    there = WorkOrder.objects.filter(address=address, completed_at=None, cancelled_at=None)
    changed = []
    for pk in there.order_by("pk").values_list("pk", flat=True):
        order = lock_order(pk)
        site = site_of(address)
        order.address, order.site_region, order.settled_by = address, site.region, site.branch
        measure_distance(order)
        order.save()
        timeline.note(
            order,
            "relocated",
            kind=timeline.Kind.PEOPLE,
            actor=actor,
            address=str(address),
            region=site.region.name if site.region else "",
        )
        announce(WorkOrderChanged(order.pk, "address"))
        changed.append(order)
    return changed
