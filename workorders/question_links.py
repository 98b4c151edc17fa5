"""The signed address under which a customer reads one question and answers it, without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.core.signing import BadSignature, SignatureExpired
from django.urls import reverse

from common.schema import current_schema
from common.signing import sign, unsign
from tenants.addresses import tenant_url
from tenants.models import Tenant
from workorders.charge_links import ConsentLink, link_picture
from workorders.models import CustomerQuestion

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from workorders.models import WorkOrder

_PURPOSE = "customer-question"
LINK_HOURS = 24 * 14
"""How long a link works after it was shown; showing it again gives a new one."""


class QuestionRow(NamedTuple):
    """A question, with the link for the customer while their answer is waited for."""

    question: CustomerQuestion
    link: ConsentLink | None


class OpenedQuestion(NamedTuple):
    """What an address leads to: a question, or why not."""

    question: CustomerQuestion | None
    is_expired: bool = False


def question_token(question: CustomerQuestion) -> str:
    """Return the token of a question: worth nothing for another purpose or at another company."""
    return sign(_PURPOSE, [question.pk])


def questions_of(order: WorkOrder) -> QuerySet[CustomerQuestion]:
    """Return what the customer of an order was asked."""
    return CustomerQuestion.objects.filter(work_order=order)


def question_rows(order: WorkOrder) -> list[QuestionRow]:
    """Return the order's questions, the newest first; a link for the one whose answer is waited for."""
    rows = questions_of(order).select_related("stay").order_by("-pk")
    found = []
    for at, question in enumerate(rows):
        waits = at == 0 and question.answered_at is None and question.stay.left_at is None
        found.append(QuestionRow(question, _link(question) if waits and order.is_open else None))
    return found


def opened_question(token: str) -> OpenedQuestion:
    """Return the question of a token; none for a token that is not ours or too old."""
    try:
        [signed] = unsign(_PURPOSE, token, max_age_s=LINK_HOURS * 3600)
        pk = int(signed)
    except SignatureExpired:
        return OpenedQuestion(None, is_expired=True)
    except (BadSignature, ValueError, TypeError):
        return OpenedQuestion(None)
    rows = CustomerQuestion.objects.select_related("work_order__item_version", "stay")
    return OpenedQuestion(rows.filter(pk=pk).first())


def _link(question: CustomerQuestion) -> ConsentLink:
    host = tenant_url(Tenant.objects.get(schema_name=current_schema())).rstrip("/")
    url = host + reverse("workorders-question:question", args=[question_token(question)])
    return ConsentLink(url, link_picture(url))
