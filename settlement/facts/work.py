"""What was used, charged and reached on a job."""

from __future__ import annotations

from settlement.engine.facts import (
    ChargeUse,
    MaterialUse,
)
from workorders.charges import confirmed_charges
from workorders.flow import Meaning
from workorders.milestones import reached_milestones
from workorders.models import FollowUp, WorkOrder


def materials_used(order: WorkOrder) -> tuple[MaterialUse, ...]:
    return tuple(
        MaterialUse(used.material.code, used.quantity_milli, used.unit_price_fen)
        for used in order.materials_used.select_related("material").order_by("pk")
    )


def charges_of(order: WorkOrder) -> tuple[ChargeUse, ...]:
    return tuple(
        ChargeUse(row.code, row.amount_fen, row.installer_bp, row.photo_id or 0)
        for row in confirmed_charges(order)
    )


def stages_of(order: WorkOrder) -> tuple[str, ...]:
    done = order.meaning == Meaning.DONE.value
    usual = ("completed", "followed_up") if done else ("completed",)
    return (*usual, *reached_milestones(order))


def review_of(order: WorkOrder) -> int | None:
    return FollowUp.objects.filter(work_order=order).values_list("rating_x10", flat=True).first()
