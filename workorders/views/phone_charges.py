"""What the customer agrees to on the phone: posts of its queue, each taking effect once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.access import Perm, requires
from common.journal import idempotent
from workorders.charges import charges_of
from workorders.forms.phone import ChargeForm, ConsentForm, HereForm
from workorders.question_links import questions_of
from workorders.selectors import work_order_by_id
from workorders.services.asking import answer_on_phone
from workorders.services.charge_answers import agree_charge
from workorders.services.charges import add_charge, cancel_charge
from workorders.services.late_entries import (
    take_late_answer,
    take_late_charge,
    take_late_consent,
)
from workorders.services.signatures import Signer
from workorders.views.phone_posts import kept_late, late_visit, own_visit, taken

if TYPE_CHECKING:
    from django.http import HttpResponse

    from workorders.requests import StaffRequest


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def charge_add(request: StaffRequest, number: str) -> HttpResponse:
    """Add a charge with its proof."""
    late = late_visit(request, number)
    if late is not None:
        asked = ChargeForm(request.POST, request.FILES).asked()
        return kept_late(take_late_charge(work=late, asked=asked))
    order = own_visit(request, number)
    asked = ChargeForm(request.POST, request.FILES).asked()
    add_charge(order_id=order.pk, asked=asked, actor=request.user)
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def charge_agree(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Let the customer sign for a charge."""
    late = late_visit(request, number)
    order = own_visit(request, number) if late is None else work_order_by_id(late.order_id)
    charge = get_object_or_404(charges_of(order), pk=pk)
    form = ConsentForm(request.POST, request.FILES)
    said, me = form.checked(), request.user
    if late is not None:
        signer = Signer(strokes=form.strokes())
        return kept_late(
            take_late_consent(work=late, charge=charge, upload=said["consent"], signer=signer)
        )
    agree_charge(charge=charge, consent=said["consent"], actor=me, strokes=form.strokes())
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def charge_cancel(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Take a charge back."""
    order = own_visit(request, number)
    charge = get_object_or_404(charges_of(order), pk=pk)
    reason = _("Taken back by the installer")
    cancel_charge(charge=charge, reason=reason, actor=request.user)
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def question_answer(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Let the customer answer a question here, and sign for it."""
    late = late_visit(request, number)
    order = own_visit(request, number) if late is None else work_order_by_id(late.order_id)
    question = get_object_or_404(questions_of(order), pk=pk)
    form = HereForm(request.POST, request.FILES)
    said = form.checked()
    if late is not None:
        return kept_late(
            take_late_answer(
                work=late,
                question=question,
                agrees=said["answer"] == "agree",
                remark=said["reason"],
                upload=said["consent"],
                signer=Signer(strokes=form.strokes()),
            )
        )
    answer_on_phone(
        question_id=question.pk,
        agrees=said["answer"] == "agree",
        remark=said["reason"],
        signed=said["consent"],
        actor=request.user,
        strokes=form.strokes(),
    )
    return taken(order)
