"""An installer's disputes on the phone: filing through the queue, the list, one, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.journal import idempotent
from settlement.disputes.filing import (
    answer_dispute,
    file_dispute,
    withdraw_dispute,
)
from settlement.disputes.forms import AnswerForm, ClaimForm
from settlement.disputes.selectors import own_disputes
from settlement.disputes.subject import own_party
from settlement.disputes.thread import thread_of
from settlement.views.disputes_own import claim_page, payee_of

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

PER_PAGE = 30


@requires(Perm.EARNINGS_VIEW)
@require_GET
def dispute_form(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Show a line of one's own and ask what is wrong; one in dispute leads to its dispute."""
    template = "settlement/phone/dispute_form.html"
    return claim_page(request, kind, pk, template, "settlement-phone:dispute")


@requires(Perm.EARNINGS_VIEW)
@require_POST
@idempotent(required=True)
def dispute_send(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """File the dispute; the queue repeats this under one key until it is answered.

    A line that was taken back while the phone had no network is refused with a sentence.
    """
    party = payee_of(request, kind, pk)
    claim = ClaimForm(request.POST, request.FILES).claim()
    dispute = file_dispute(kind=kind, pk=pk, claim=claim, party=party, actor=request.user)
    return _taken(dispute.number)


@requires(Perm.EARNINGS_VIEW)
@require_GET
def dispute_list(request: StaffRequest) -> HttpResponse:
    """List the installer's own disputes."""
    found = own_disputes(party=own_party(request.user))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "settlement/phone/dispute_list.html", {"page": page})


@requires(Perm.EARNINGS_VIEW)
@require_GET
def dispute(request: StaffRequest, number: str) -> HttpResponse:
    """Show one of the installer's own disputes."""
    found = _own(request, number)
    return render(request, "settlement/phone/dispute.html", {"thread": thread_of(found)})


@requires(Perm.EARNINGS_VIEW)
@require_POST
@idempotent(required=True)
def dispute_withdraw(request: StaffRequest, number: str) -> HttpResponse:
    """Take one's own dispute back."""
    withdraw_dispute(dispute_id=_own(request, number).pk, actor=request.user)
    return _taken(number)


@requires(Perm.EARNINGS_VIEW)
@require_POST
@idempotent(required=True)
def dispute_answer(request: StaffRequest, number: str) -> HttpResponse:
    """Add what was missing."""
    found = _own(request, number)
    text = AnswerForm(request.POST).checked()["text"]
    answer_dispute(dispute_id=found.pk, text=text, actor=request.user)
    return _taken(number)


def _own(request: StaffRequest, number: str) -> Any:
    return get_object_or_404(own_disputes(party=own_party(request.user)), number=number)


def _taken(number: str) -> HttpResponse:
    address = reverse("settlement-phone:dispute", args=[number])
    return JsonResponse({"ok": True, "next": address})
