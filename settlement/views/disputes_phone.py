"""An installer's disputes on the phone: filing through the queue, the list, one, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.journal import idempotent
from settlement.disputes.filing import answer_dispute, file_dispute, withdraw_dispute
from settlement.disputes.forms import PHOTOS, AnswerForm, ClaimForm
from settlement.disputes.selectors import open_dispute_of, own_disputes, thread_of
from settlement.earnings import earned_by, own_order

if TYPE_CHECKING:
    from accounts.models import Installer
    from workorders.models import WorkOrder
    from workorders.requests import StaffRequest

PER_PAGE = 30


@requires(Perm.EARNINGS_VIEW)
@require_GET
def dispute_form(request: StaffRequest, number: str, seq: int) -> HttpResponse:
    """Show the line and ask what is wrong with it; a line in dispute leads to its dispute."""
    order = _order(request, number)
    earned = earned_by(order, _installer(request))
    line = next((each for each in earned.lines if each.seq == seq), None) if earned else None
    if line is None:
        raise Http404
    there = open_dispute_of(order, seq)
    if there is not None:
        return HttpResponseRedirect(reverse("settlement-phone:dispute", args=[there.number]))
    context = {"order": order, "line": line, "form": ClaimForm(), "photos": PHOTOS}
    return render(request, "settlement/phone/dispute_form.html", context)


@requires(Perm.EARNINGS_VIEW)
@require_POST
@idempotent(required=True)
def dispute_send(request: StaffRequest, number: str, seq: int) -> HttpResponse:
    """File the dispute; the queue repeats this under one key until it is answered."""
    order = _order(request, number)
    claim = ClaimForm(request.POST, request.FILES).claim()
    dispute = file_dispute(
        order=order, seq=seq, claim=claim, installer=_installer(request), actor=request.user
    )
    return _taken(dispute.number)


@requires(Perm.EARNINGS_VIEW)
@require_GET
def dispute_list(request: StaffRequest) -> HttpResponse:
    """List the installer's own disputes."""
    found = own_disputes(installer=_installer(request))
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


def _installer(request: StaffRequest) -> Installer:
    installer: Installer | None = getattr(request.user, "installer", None)
    if installer is None:
        raise Http404
    return installer


def _order(request: StaffRequest, number: str) -> WorkOrder:
    order = own_order(installer=_installer(request), number=number)
    if order is None:
        raise Http404
    return order


def _own(request: StaffRequest, number: str) -> Any:
    return get_object_or_404(own_disputes(installer=_installer(request)), number=number)


def _taken(number: str) -> HttpResponse:
    address = reverse("settlement-phone:dispute", args=[number])
    return JsonResponse({"ok": True, "next": address})
