"""Questions to the customer that an order waits for, and the answer by the link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common import clock
from common.context import request_facts
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.models import CustomerQuestion
from workorders.services.locking import lock_open_order, lock_order
from workorders.services.signatures import keep_consent
from workorders.services.staff_notices import tell_staff
from workorders.services.stage_notices import responsible
from workorders.services.stays import current_stay

if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import User
    from workorders.models import StageStay, WorkOrder
    from workorders.strokes import Strokes


def ask_customer(order: WorkOrder, stay: StageStay, text: str) -> CustomerQuestion:
    """Put a question to the customer of a locked order; Refused once the order left the stage."""
    refuse_unless(
        stay.left_at is None, "question.over", _("The work order has left the stage meanwhile")
    )
    question = CustomerQuestion.objects.create(
        work_order=order, stay=stay, text=text[:300], asked_at=clock.now()
    )
    timeline.note(order, "asked_customer", text=question.text)
    return question


@transactional
def ask_again(*, order_id: int, text: str, actor: User) -> CustomerQuestion:
    """Ask the customer from the desk: an answer to an earlier question is void with it."""
    order = lock_open_order(order_id)
    refuse_unless(text.strip(), "question.empty", _("Write what the customer is asked"))
    question = ask_customer(order, current_stay(order), text.strip())
    record(actor, "workorder.customer_asked", order, question=question.pk)
    return question


@transactional
def answer_question(*, question_id: int, agrees: bool, remark: str) -> CustomerQuestion:
    """Keep what the customer answered by the link, once.

    Raises Conflict for a question that was answered or replaced, Refused when the order is closed.
    """
    question = _waiting(question_id)
    _answered(question, agrees=agrees, remark=remark)
    code = "customer_agreed" if agrees else "customer_declined"
    kind = timeline.Kind.PEOPLE if agrees else timeline.Kind.ALERT
    order = question.work_order
    timeline.note(order, code, kind=kind, text=question.remark or question.text)
    record(None, "workorder.customer_answered", order, question=question.pk, agreed=agrees)
    return question


@transactional
def answer_on_phone(
    *,
    question_id: int,
    agrees: bool,
    remark: str,
    signed: File[Any],
    actor: User,
    strokes: Strokes | None = None,
) -> CustomerQuestion:
    """Keep what the customer answered on the phone of who works on the order, with their signature.

    Yes and no are signed: the phone is not the customer's. Raises as `answer_question`, and Refused
    when nothing is drawn or the actor does not work on the order.
    """
    question = _waiting(question_id)
    order = question.work_order
    proof = keep_consent(order, upload=signed, label=question.text, actor=actor, strokes=strokes)
    _answered(question, agrees=agrees, remark=remark)
    timeline.note(
        order,
        "customer_agreed_here" if agrees else "customer_declined_here",
        kind=timeline.Kind.PEOPLE if agrees else timeline.Kind.ALERT,
        actor=actor,
        text=question.remark or question.text,
        evidence=proof.pk,
    )
    record(
        actor,
        "workorder.customer_answered",
        order,
        question=question.pk,
        agreed=agrees,
        evidence=proof.pk,
    )
    return question


def _waiting(question_id: int) -> CustomerQuestion:
    """Return a question whose answer is waited for, with its order locked."""
    order_id = CustomerQuestion.objects.values_list("work_order", flat=True).get(pk=question_id)
    order = lock_order(order_id)
    question = CustomerQuestion.objects.select_related("stay").get(pk=question_id)
    question.work_order = order
    if question.answered_at is not None:
        raise Conflict("question.answered", _("This question has been answered already"))
    newer = CustomerQuestion.objects.filter(stay=question.stay, pk__gt=question.pk)
    if not order.is_open or question.stay.left_at is not None or newer.exists():
        raise Refused("question.over", _("This question no longer needs an answer. Thank you!"))
    return question


def _answered(question: CustomerQuestion, *, agrees: bool, remark: str) -> None:
    """Keep an answer and tell those who wait for it."""
    facts = request_facts()
    question.agreed, question.remark = agrees, remark.strip()[:200]
    question.answered_at, question.address = clock.now(), (facts.ip if facts else "") or None
    question.save(update_fields=["agreed", "remark", "answered_at", "address"])
    words = question.remark or (_("agreed") if agrees else _("did not agree"))
    order = question.work_order
    tell_staff(order, responsible(order, question.stay.role), code="answered", text=words)
