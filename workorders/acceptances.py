"""Whether a customer has accepted the work with their code, and which flows ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workorders.flow import Meaning
from workorders.flow_versions import flow_of
from workorders.models import RedemptionCode, StageStay

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import WorkOrder

ACCEPTED = "customer_accepted"
"""The guard of a way that waits for the customer's code."""


class Acceptance(NamedTuple):
    """When a customer accepted the work, and when a phone told of it later (None: at once)."""

    at: datetime
    received_at: datetime | None


def acceptance_of(order: WorkOrder) -> Acceptance | None:
    """Return the customer's acceptance; what they accepted before it was sent back is void."""
    used = RedemptionCode.objects.filter(
        work_order=order, purpose=RedemptionCode.Purpose.ACCEPTANCE, used_at__isnull=False
    )
    row = used.order_by("-used_at").first()
    if row is None or row.used_at is None:
        return None
    found = Acceptance(row.used_at, row.received_at)
    if order.completed_at is not None:
        return found
    back = StageStay.objects.filter(
        work_order=order, meaning=Meaning.IN_REVIEW.value, left_at__isnull=False
    )
    sent_back = back.order_by("-left_at").values_list("left_at", flat=True).first()
    # A phone's word counts from the moment it was sent back at the earliest: that one is after it.
    return found if sent_back is None or found.at >= sent_back else None


def accepted_at(order: WorkOrder) -> datetime | None:
    """Return when the customer accepted the work, as `acceptance_of`."""
    found = acceptance_of(order)
    return found.at if found else None


def asks_for_acceptance(order: WorkOrder) -> bool:
    """Whether a way of the order's flow waits for the customer's code."""
    return any(ACCEPTED in way.guards for way in flow_of(order).transitions)
