"""What a unit at the desk doubts itself: a line of its own statement, and its own disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.journal import idempotent
from settlement.disputes.doubted import why_of_subject
from settlement.disputes.filing import (
    answer_dispute,
    file_dispute,
    open_dispute_of,
    withdraw_dispute,
)
from settlement.disputes.forms import PHOTOS, AnswerForm, ClaimForm
from settlement.disputes.selectors import own_disputes
from settlement.disputes.subject import own_party, subject_of, was_of
from workorders.requests import finished

if TYPE_CHECKING:
    from settlement.disputes.subject import Subject
    from settlement.models import Party
    from workorders.requests import StaffRequest

DETAIL = "settlement:dispute-detail"


@requires(Perm.STATEMENT_VIEW)
@require_GET
def claim(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Show a line of the unit's own and ask what is wrong; one in dispute leads to its dispute."""
    return claim_page(request, kind, pk, "settlement/disputes/claim.html", DETAIL)


@requires(Perm.STATEMENT_VIEW)
@require_POST
@idempotent(required=True)
def claim_send(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """File the dispute for the unit."""
    party = payee_of(request, kind, pk)
    said = ClaimForm(request.POST, request.FILES).claim()
    dispute = file_dispute(kind=kind, pk=pk, claim=said, party=party, actor=request.user)
    return finished(request, DETAIL, dispute.number)


@requires(Perm.STATEMENT_VIEW)
@require_POST
@idempotent(required=True)
def withdraw(request: StaffRequest, number: str) -> HttpResponse:
    """Take the unit's own dispute back."""
    withdraw_dispute(dispute_id=_own(request, number).pk, actor=request.user)
    return finished(request, DETAIL, number)


@requires(Perm.STATEMENT_VIEW)
@require_POST
@idempotent(required=True)
def answer(request: StaffRequest, number: str) -> HttpResponse:
    """Add what was missing."""
    found = _own(request, number)
    text = AnswerForm(request.POST).checked()["text"]
    answer_dispute(dispute_id=found.pk, text=text, actor=request.user)
    return finished(request, DETAIL, number)


def claim_page(
    request: StaffRequest, kind: str, pk: int, template: str, its_dispute: str
) -> HttpResponse:
    """Render the form about a line of one's own, or go to `its_dispute`, a page by number."""
    subject = own_subject(request, kind, pk)
    there = open_dispute_of(subject)
    if there is not None:
        return HttpResponseRedirect(reverse(its_dispute, args=[there.number]))
    context = {
        "subject": subject,
        "why": why_of_subject(subject),
        "form": ClaimForm(),
        "photos": PHOTOS,
    }
    return render(request, template, context)


def own_subject(request: StaffRequest, kind: str, pk: int) -> Subject:
    """Return a line of the payee the reader speaks for; 404 for any other."""
    party = own_party(request.user)
    subject = subject_of(kind, pk, party) if party is not None else None
    if subject is None:
        raise Http404
    return subject


def payee_of(request: StaffRequest, kind: str, pk: int) -> Party:
    """Return the payee the reader speaks for, of a line that is or was theirs; 404 for any other.

    One that was taken back since it was shown is refused with a sentence when it is filed.
    """
    party = own_party(request.user)
    if party is None or not was_of(kind, pk, party):
        raise Http404
    return party


def _own(request: StaffRequest, number: str) -> Any:
    return get_object_or_404(own_disputes(party=own_party(request.user)), number=number)
