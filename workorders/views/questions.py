"""The page behind a customer's link to a question, answered without an account; and asking one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.access import Perm, open_to_all, requires
from common.errors import refuse_unless
from common.journal import idempotent
from tenants.limits import limit, refuse_at
from workorders.forms.charges import AnswerForm
from workorders.forms.told import ToldForm
from workorders.question_links import opened_question
from workorders.requests import finished
from workorders.selectors import own_work_orders
from workorders.services.asking import answer_question, ask_again
from workorders.services.told import note_told
from workorders.views.customer_links import HOUR_S, WRONG_LINKS_PER_HOUR, refuse_signed_in, secret

if TYPE_CHECKING:
    from django.http import HttpRequest

    from workorders.question_links import OpenedQuestion
    from workorders.requests import StaffRequest

_WHY = "the customer has no account; the signed address shows one question and nothing else"


@open_to_all(_WHY)
@never_cache
@require_http_methods(["GET", "POST"])
@idempotent
def question(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked; take the customer's answer once."""
    found = _opened(request, token)
    asked = found.question
    if asked is None:
        why = {"is_expired": found.is_expired}
        page = render(request, "workorders/customer/question_gone.html", why)
        return secret(page, 410 if found.is_expired else 404)
    if request.method == "POST":
        refuse_signed_in(request)
        form = AnswerForm(request.POST)
        refuse_unless(form.is_valid(), "question.answer", AnswerForm.sentence)
        said = form.cleaned_data
        answer_question(
            question_id=asked.pk, agrees=said["answer"] == "agree", remark=said["reason"]
        )
        return redirect(request.path)
    is_over = asked.stay.left_at is not None or not asked.work_order.is_open
    waits = asked.answered_at is None and not is_over
    context = {"question": asked, "order": asked.work_order, "waits": waits, "token": token}
    return secret(render(request, "workorders/customer/question.html", context), 200)


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent
def question_ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask the customer something that the stage waits for."""
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    ask_again(order_id=order.pk, text=request.POST.get("text", "")[:300], actor=request.user)
    messages.success(request, _("Send the customer the link now."))
    return finished(request, "workorders:order-detail", number)


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent
def customer_told(request: StaffRequest, number: str) -> HttpResponse:
    """Note that the customer was told what a flow wanted them to know, or got the link to a question."""
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    form = ToldForm(request.POST)
    refuse_unless(form.is_valid(), "told.form", ToldForm.sentence)
    note_told(order_id=order.pk, actor=request.user, **form.said())
    messages.success(request, _("Noted that the customer was told."))
    return finished(request, "workorders:order-detail", number)


def _opened(request: HttpRequest, token: str) -> OpenedQuestion:
    """Open a link; only links that lead nowhere count against an address."""
    address = request.META["REMOTE_ADDR"]
    refuse_at("question", address, most=WRONG_LINKS_PER_HOUR)
    found = opened_question(token)
    if found.question is None and not found.is_expired:
        limit("question", address, most=WRONG_LINKS_PER_HOUR, period_s=HOUR_S)
    return found
