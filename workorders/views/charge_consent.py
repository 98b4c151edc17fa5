"""The page behind a customer's link: one charge, agreed to or declined, without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from common.access import open_to_all
from common.errors import refuse_unless
from common.journal import idempotent
from workorders.forms.charges import AnswerForm
from workorders.services.charge_answers import answer_charge
from workorders.views.customer_links import opened_from, refuse_signed_in, secret
from workorders.views.evidence import picture

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from workorders.charge_links import Opened

_WHY = "the customer has no account; the signed address shows one charge and nothing else"


@open_to_all(_WHY)
@never_cache
@require_http_methods(["GET", "POST"])
@idempotent
def charge(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is to be paid and why; take the customer's answer once."""
    found = opened_from(request, token)
    if found.charge is None:
        why = {"is_expired": found.is_expired}
        return _secret(render(request, "workorders/customer/charge_gone.html", why), found)
    if request.method == "POST":
        refuse_signed_in(request)
        form = AnswerForm(request.POST)
        refuse_unless(form.is_valid(), "charge.answer", AnswerForm.sentence)
        said = form.cleaned_data
        answer_charge(
            charge_id=found.charge.pk, agrees=said["answer"] == "agree", text=said["reason"]
        )
        return redirect(request.path)
    order = found.charge.work_order
    waits = found.charge.awaits_customer and order.cancelled_at is None
    context = {"charge": found.charge, "order": order, "waits": waits, "token": token}
    return _secret(render(request, "workorders/customer/charge.html", context), found)


@open_to_all(_WHY)
@never_cache
@require_GET
def charge_photo(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send the photo that proves the charge of a link."""
    found = opened_from(request, token).charge
    if found is None or found.photo is None:
        raise Http404
    return picture(request, found.photo)


def _secret(response: HttpResponse, found: Opened) -> HttpResponse:
    status = 200 if found.charge is not None else 410 if found.is_expired else 404
    return secret(response, status)
