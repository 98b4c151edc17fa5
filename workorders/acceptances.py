"""Whether a customer has accepted the work with their code, and which flows ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workorders.flow import Meaning
from workorders.flow_versions import flow_of
from workorders.models import RedemptionCode, StageStay

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import WorkOrder

ACCEPTED = "customer_accepted"
"""The guard of a way that waits for the customer's code."""


def accepted_at(order: WorkOrder) -> datetime | None:
    """Return when the customer accepted the work; what they accepted before it was sent back is void."""
    used = RedemptionCode.objects.filter(
        work_order=order, purpose=RedemptionCode.Purpose.ACCEPTANCE, used_at__isnull=False
    )
    moment = used.order_by("-used_at").values_list("used_at", flat=True).first()
    back = StageStay.objects.filter(
        work_order=order, meaning=Meaning.IN_REVIEW.value, left_at__isnull=False
    )
    sent_back = back.order_by("-left_at").values_list("left_at", flat=True).first()
    if moment is None or order.completed_at is not None or sent_back is None:
        return moment
    return moment if moment > sent_back else None


def asks_for_acceptance(order: WorkOrder) -> bool:
    """Whether a way of the order's flow waits for the customer's code."""
    return any(ACCEPTED in way.guards for way in flow_of(order).transitions)
