"""What an appointment made outside the flow moves: the stage that waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workorders.flow import open_ways
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.services.answers import BOOKING, Answers
from workorders.services.effects import set_appointment
from workorders.services.progress import take_transition

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from workorders.flow import Transition
    from workorders.models import WorkOrder


def keep_booked(
    order: WorkOrder, starts_at: datetime, ends_at: datetime, *, actor: User | None, reason: str
) -> None:
    """Make a window the appointment of a locked order, by the way its stage waits for where it does.

    Whoever books it: the customer's word is what such a stage waits for.
    """
    way = way_of_booking(order)
    if way is None:
        set_appointment(order, starts_at, ends_at, actor=actor, reason=reason)
        order.save(update_fields=["window_starts_at", "window_ends_at"])
        return
    answers = Answers(appointment=(starts_at, ends_at), reason=reason, via=BOOKING)
    take_transition(order_id=order.pk, key=way.key, actor=actor, answers=answers)
    order.refresh_from_db()


def way_of_booking(order: WorkOrder) -> Transition | None:
    """Return the one way out of the present stage that asks for an appointment and nothing else."""
    flow = flow_of(order)
    found = [
        way
        for way in open_ways(flow, order.stage, OrderFacts(order))
        if way.asks == ("appointment",)
        and set(way.guards) <= {"has_appointment"}
        and not way.effects
        and way.approvals == 1
        and way.target != order.stage
    ]
    return found[0] if len(found) == 1 else None
