"""Puts an order at an exact time into somebody's day, as a dispatcher decides on the board."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import Conflict, Refused
from common.journal import record
from common.transactions import transactional
from dispatch.models import Assignment
from dispatch.services.assigning import assign, refuse_unable
from dispatch.services.candidates import candidate_for
from dispatch.services.slots import book, lock_installer, visit_length
from workorders.flow import Meaning
from workorders.services.effects import set_appointment
from workorders.services.locking import lock_order

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from workorders.models import WorkOrder

AGREED = timedelta(hours=2)
"""How long the window is that a customer agrees to for a visit put at an exact time."""


@transactional
def place(
    *,
    order_id: int,
    installer_id: int,
    start_at: datetime,
    actor: User | None,
    reason: str = "",
    agreed: bool = False,
    believed: int | None = None,
    moves_others: bool = False,
) -> Assignment:
    """Give the order to an installer from `start_at` (aware) on, or move its time when it is theirs.

    `agreed`: the customer has agreed to that time, which becomes the window of two hours. `believed`
    is whose the order was when the dispatcher looked. Raises Conflict("order.taken") when it has
    become somebody else's, Conflict("slot.taken") for a double booking and where another visit would
    have to move without `moves_others`, Refused for what no dispatcher may decide and for a visit
    that has begun.
    """
    order = lock_order(order_id)
    if order.installer is not None and order.installer_id not in (installer_id, believed):
        raise Conflict(
            "order.taken",
            _("%(name)s was faster and has this work order now")
            % {"name": order.installer.user.display_name},
        )
    if agreed:
        set_appointment(order, start_at, start_at + AGREED, actor=actor, reason=reason)
        order.save(update_fields=["window_starts_at", "window_ends_at"])
    if order.installer_id == installer_id:
        return _move(order, start_at, actor, moves_others=moves_others)
    return assign(
        order_id=order_id,
        installer_id=installer_id,
        actor=actor,
        start_at=start_at,
        reason=reason,
        moves_others=moves_others,
    )


def _move(
    order: WorkOrder, start_at: datetime, actor: User | None, *, moves_others: bool
) -> Assignment:
    if order.meaning != Meaning.ASSIGNED.value or order.installer_id is None:
        raise Refused(
            "order.under_way",
            _("The visit has begun or is over: its time can no longer be changed"),
        )
    lock_installer(order.installer_id)
    held = Assignment.objects.filter(work_order=order, active=True).first()
    answer = candidate_for(order=order, installer_id=order.installer_id, start_at=start_at)
    way = held.way if held else Assignment.Way.MANUAL
    refuse_unable(answer, Assignment.Way.MANUAL)
    made = book(
        order,
        answer,
        way=way,
        actor=actor,
        start_at=start_at,
        length=visit_length(answer.service_s),
        moves_others=moves_others,
    )
    before = held.span.lower.isoformat() if held else ""
    record(
        actor,
        "dispatch.moved",
        order,
        installer=order.installer_id,
        before=before,
        after=start_at.isoformat(),
    )
    return made
