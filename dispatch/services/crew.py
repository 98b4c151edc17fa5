"""Sends a helper to an order: somebody whom the law and the customer's safety let do this work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.transactions import transactional
from dispatch.models import Assignment
from dispatch.services.assigning import refuse_unable
from dispatch.services.candidates import candidate_for
from dispatch.services.slots import lock_installer
from workorders.services.crew import add_helper
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.models import CrewMember


@transactional
def send_helper(*, order_id: int, installer_id: int, actor: User) -> CrewMember:
    """Let an installer help on an order; hours, distance and load are the dispatcher's to judge.

    Raises Refused with the engine's sentence for who lacks a skill, grade or certificate, and as
    `add_helper`.
    """
    order = lock_order(order_id)
    installer = lock_installer(installer_id)
    refuse_unable(candidate_for(order=order, installer_id=installer.pk), Assignment.Way.MANUAL)
    return add_helper(order_id=order.pk, installer=installer, actor=actor)
