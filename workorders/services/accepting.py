"""Says yes to a work order for somebody who pressed a button on a card, not on the job page."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from common.transactions import transactional
from workorders.flow import Meaning
from workorders.flow_facts import OrderFacts
from workorders.flow_versions import flow_of
from workorders.services.answers import Answers
from workorders.services.locking import lock_order
from workorders.services.progress import take_transition
from workorders.visit_path import first_stage, plain_acceptance

if TYPE_CHECKING:
    from workorders.models import WorkOrder

_NOT_GOING_ON = (Meaning.WAITING.value, Meaning.ON_HOLD.value, Meaning.CANCELLED.value)


class Standing(Enum):
    """How an order stands with the installer who was told of it by card."""

    ACCEPTED = auto()
    UNDECIDED = auto()
    NOT_THEIRS = auto()


@transactional
def accept_by_card(*, order_id: int, installer_id: int) -> Standing:
    """Accept the order when it waits for that, and return how it stands now.

    Pressed again, or after the job page was used, it changes nothing. Raises Refused where the
    flow lets this person no longer take the move.
    """
    order = lock_order(order_id)
    move = plain_acceptance(flow_of(order), order.stage, OrderFacts(order))
    if move is not None and order.installer is not None and order.installer_id == installer_id:
        said = Answers(via="wecom")
        take_transition(order_id=order.pk, key=move.key, actor=order.installer.user, answers=said)
    return standing_with(order_id=order_id, installer_id=installer_id)


@transactional
def standing_with(*, order_id: int, installer_id: int) -> Standing:
    """Return how the order stands with the installer; raises Refused for an unknown order."""
    order = lock_order(order_id)
    if order.installer_id != installer_id:
        return Standing.NOT_THEIRS
    is_first = order.stage == first_stage(flow_of(order))
    # On hold it may never have been accepted: nobody is told yes who did not say it.
    is_open = is_first or order.meaning in _NOT_GOING_ON
    return Standing.UNDECIDED if is_open else Standing.ACCEPTED


def is_accepted_by_card(order: WorkOrder) -> bool:
    """Whether a button on a card is enough to say yes to this order as it stands."""
    return plain_acceptance(flow_of(order), order.stage, OrderFacts(order)) is not None
