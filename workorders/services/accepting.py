"""Says yes to a work order for somebody who pressed a button on a card, not on the job page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.transactions import transactional
from workorders.flow_versions import flow_of
from workorders.services.answers import Answers
from workorders.services.locking import lock_order
from workorders.services.progress import take_transition
from workorders.visit_path import plain_acceptance

if TYPE_CHECKING:
    from workorders.models import WorkOrder


@transactional
def accept_by_card(*, order_id: int, installer_id: int) -> bool:
    """Accept the order when it waits for that; False when it is no longer this installer's.

    Pressed again, or after the job page was used, it changes nothing. Raises nothing for an order
    that has gone on meanwhile.
    """
    order = lock_order(order_id)
    if order.installer is None or order.installer_id != installer_id:
        return False
    move = plain_acceptance(flow_of(order), order.stage)
    if move is not None:
        said = Answers(via="wecom")
        take_transition(order_id=order.pk, key=move.key, actor=order.installer.user, answers=said)
    return True


def is_accepted_by_card(order: WorkOrder) -> bool:
    """Whether a button on a card is enough to say yes to this order as it stands."""
    return plain_acceptance(flow_of(order), order.stage) is not None
