"""What the customer of an order is to be told by the office, and what they were told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workorders.fired_actions import action_of
from workorders.models import CustomerTold, FiredAction

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import WorkOrder
    from workorders.question_links import QuestionRow


@dataclass(frozen=True, slots=True)
class ToTell:
    """One thing: a trigger's sentence ("action") or a question whose link is to be sent.

    `told` says when, how and by whom the customer was told; none while it is to be done.
    """

    what: str
    pk: int
    text: str
    since: datetime
    told: CustomerTold | None


def to_tell(order: WorkOrder, questions: list[QuestionRow]) -> list[ToTell]:
    """Return all that the customer was or is to be told, what is to be done first; two queries."""
    told = CustomerTold.objects.filter(work_order=order).select_related("told_by")
    of_action = {row.action_id: row for row in told if row.action_id}
    of_question = {row.question_id: row for row in told if row.question_id}
    found = [
        ToTell("action", row.pk, text_of(row), row.at, of_action.get(row.pk))
        for row in notices_to_customer(order)
    ]
    found += [
        ToTell("question", row.pk, row.text, row.asked_at, of_question.get(row.pk))
        for row, link in questions
        if link or row.pk in of_question
    ]
    return sorted(found, key=lambda each: (each.told is not None, each.since))


def notices_to_customer(order: WorkOrder) -> list[FiredAction]:
    """Return what triggers of the order's flow wanted the customer to be told."""
    rows = FiredAction.objects.filter(
        work_order=order, kind="notify", state=FiredAction.State.DONE, contents__to="customer"
    ).select_related("work_order")
    return list(rows.order_by("pk"))


def text_of(action: FiredAction) -> str:
    """Return the sentence for the customer, as the people of the office were given it."""
    number = action.work_order.number
    return action_of(action).value("text").replace("{number}", number)[:300]
