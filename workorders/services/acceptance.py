"""The customer's acceptance of the work, by the code they were given for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.acceptances import accepted_at
from workorders.codes import Purpose, redeem
from workorders.services.evidence import holder_of
from workorders.services.locking import lock_open_order
from workorders.services.times import time_of

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import WorkOrder


@transactional
def accept_by_code(*, order_id: int, code: str, actor: User) -> WorkOrder:
    """Note that the customer accepts the work, by their code; accepted already: no effect.

    Raises as `redeem` does, and Refused for an order of somebody else.
    """
    order = lock_open_order(order_id)
    holder_of(order, actor)
    if accepted_at(order) is not None:
        return order
    redeem(order, code, when=time_of(order), purpose=Purpose.ACCEPTANCE)
    timeline.note(order, "accepted_by_code", kind=timeline.Kind.PEOPLE, actor=actor)
    record(actor, "workorder.accepted_by_code", order)
    return order
