"""Ways that several people must agree to: who agreed, who takes it back, and who was the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock
from common.errors import Conflict, Refused
from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.models import StageApproval
from workorders.services.locking import lock_open_order
from workorders.services.stays import current_stay

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.flow import Transition
    from workorders.models import StageStay, WorkOrder
    from workorders.services.answers import Answers


def agree(order: WorkOrder, way: Transition, actor: User | None, answers: Answers) -> bool:
    """Note that a person agrees to a way of the locked order; returns whether all needed ones have.

    Raises Conflict for who agreed before, Refused where nobody in person asks: no machine counts as
    somebody who agrees.
    """
    if actor is None:
        raise Refused("approval.system", _("“%(name)s” needs people") % {"name": way.name})
    stay = current_stay(order)
    before = _given(stay, way.key)
    if any(each.user_id == actor.pk for each in before):
        missing = way.approvals - len(before)
        sentence = ngettext(
            "You have agreed already; %(n)d more person has to agree",
            "You have agreed already; %(n)d more people have to agree",
            missing,
        )
        raise Conflict("approval.again", sentence % {"n": missing})
    said = answers.note.strip() or answers.reason.strip()
    StageApproval.objects.create(
        stay=stay, way=way.key, user=actor, note=said[:200], at=clock.now()
    )
    given = len(before) + 1
    people = timeline.Kind.PEOPLE
    timeline.note(
        order, "agreed", kind=people, actor=actor, name=way.name, n=given, of=way.approvals
    )
    if said and given < way.approvals:
        timeline.note(order, "note", kind=people, actor=actor, text=said[:500])
    record(actor, "workorder.agreed", order, way=way.key, stay=stay.pk)
    return given >= way.approvals


@transactional
def withdraw_approval(*, order_id: int, key: str, actor: User) -> WorkOrder:
    """Take one's own yes to a way back while the others are waited for.

    Raises Conflict when there is none here: it was never given, or the order has moved on by it.
    """
    order = lock_open_order(order_id)
    mine = [each for each in _given(current_stay(order), key) if each.user_id == actor.pk]
    if not mine:
        sentence = _("There is nothing to take back here: the order may have moved on meanwhile")
        raise Conflict("approval.gone", sentence)
    mine[0].delete()
    timeline.note(order, "agreed_not", kind=timeline.Kind.PEOPLE, actor=actor)
    record(actor, "workorder.agreement_withdrawn", order, way=key)
    return order


def _given(stay: StageStay, key: str) -> list[StageApproval]:
    """The yes of people who still work here; who left the company no longer counts."""
    rows = StageApproval.objects.filter(stay=stay, way=key, user__is_active=True)
    return list(rows.order_by("pk"))
