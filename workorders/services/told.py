"""Notes that the customer was told what a flow wanted them to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.models import CustomerTold, StaffNotice
from workorders.services.locking import lock_order
from workorders.to_tell import notices_to_customer, text_of

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transactional
def note_told(
    *, order_id: int, what: str, pk: int, channel: str, told_at: datetime | None, actor: User
) -> CustomerTold:
    """Note when (now by default) and how the customer was told; a second time: no effect.

    `what` is "action" for a trigger's sentence, "question" for the link to a question. Nobody is
    reminded of it any more. Raises Refused for what is not there to tell, and for a time before the
    order or in the future.
    """
    order = lock_order(order_id)
    action = next((row for row in notices_to_customer(order) if row.pk == pk), None)
    question = order.questions.filter(pk=pk).first()
    action, question = (action, None) if what == "action" else (None, question)
    refuse_unless(
        action or question, "told.unknown", _("There is nothing to tell the customer here any more")
    )
    known = CustomerTold.objects.filter(work_order=order, action=action, question=question).first()
    if known is not None:
        return known
    now = clock.now()
    at = told_at or now
    refuse_unless(
        order.created_at.replace(second=0, microsecond=0) <= at <= now,
        "told.time",
        _("The customer can have been told between the order and now only"),
    )
    made = CustomerTold.objects.create(
        work_order=order,
        action=action,
        question=question,
        channel=channel,
        told_at=max(at, order.created_at),
        told_by=actor,
        noted_at=now,
    )
    text = text_of(action) if action else question.text if question else ""
    code = "tell_customer" if action else "ask_customer"
    unseen = StaffNotice.objects.filter(work_order=order, code=code, seen_at=None)
    unseen.filter(text=text).update(seen_at=now)
    timeline.note(
        order,
        f"told_customer_{channel}",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        text=text,
        moment=at.isoformat(),
    )
    record(actor, "workorder.customer_told", order, what=what, channel=channel)
    return made
