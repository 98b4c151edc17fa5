"""Whom a sale is credited to: the guide of this order, or of the customer's first one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workorders.models import SiteFact

if TYPE_CHECKING:
    from workorders.facts import FactValue
    from workorders.models import WorkOrder

NOBODY = "none"


class Credit(NamedTuple):
    """A guide's code or "none", and whether the credit comes from an earlier order."""

    clerk: str
    earlier: bool


def credited(order: WorkOrder, own: FactValue | None = None) -> Credit:
    """Return who is credited; a guide keeps the customer, on whatever platform they buy again."""
    facts = SiteFact.objects.filter(kind="clerk")
    if own is None:
        mine = facts.filter(work_order=order).order_by("-observed_at", "-pk")
        own = mine.values_list("value", flat=True).first()
    if own:
        return Credit(str(own), False)
    earlier = facts.filter(
        work_order__customer=order.customer_id, work_order__created_at__lt=order.created_at
    )
    first = earlier.order_by("work_order__created_at", "-pk").values_list("value", flat=True)
    found = first.first()
    return Credit(found, True) if found else Credit(NOBODY, False)
