"""Disputes at the desk: the inbox, one thread with its decision, statistics, deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, requires
from common.errors import Refused
from common.htmx import unless_unchanged
from common.journal import idempotent
from common.language import language_now
from settlement.disputes.deciding import decide_dispute, effects, may_decide
from settlement.disputes.flow import DECIDABLE
from settlement.disputes.forms import DecisionForm, InboxForm, TermsForm
from settlement.disputes.inbox import inbox
from settlement.disputes.paying import payers_of
from settlement.disputes.report import frozen_content, report_state, stored_report, want_report
from settlement.disputes.reviewing import ask_departments, claims_it, give_opinion
from settlement.disputes.selectors import (
    departments_to_ask,
    file_in_bundle,
    reviews_to_give,
    visible_disputes,
)
from settlement.disputes.statistics import quarrels_by_rule
from settlement.disputes.sums import inbox_sums
from settlement.disputes.terms import set_terms
from settlement.disputes.thread import thread_of
from settlement.explaining import shown_near_misses
from workorders.requests import finished

if TYPE_CHECKING:
    from settlement.explaining import ShownNear
    from workorders.requests import StaffRequest

PER_PAGE = 50


@requires(Perm.DISPUTE_REVIEW)
@require_GET
def dispute_list(request: StaffRequest) -> HttpResponse:
    """List disputes that fit the filters, what is due first on top."""
    asked = request.GET if request.GET else {"state": "open"}
    form = InboxForm(asked, actor=request.user)
    found = inbox(actor=request.user, **form.query())
    context = {
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "sums": inbox_sums(found),
        "may_decide": request.user.has(Perm.DISPUTE_DECIDE),
    }
    return render(request, "settlement/disputes/list.html", context)


@requires(Perm.DISPUTE_REVIEW)
@require_GET
def dispute_detail(request: StaffRequest, number: str) -> HttpResponse:
    """Show one dispute with its evidence and what may be done about it now."""
    dispute = _dispute(request, number)
    has_right = request.user.has(Perm.DISPUTE_DECIDE) and dispute.state in DECIDABLE
    may = has_right and may_decide(dispute, actor=request.user)
    context = {
        "thread": thread_of(dispute),
        "near": _near(dispute),
        "dispute": dispute,
        "report": report_state(dispute, language_now()),
        "departments": departments_to_ask(dispute),
        "reviews": reviews_to_give(dispute, actor=request.user),
        "may_decide": may,
        "is_barred": has_right and not may,
        "is_own": claims_it(request.user, dispute),
        "form": DecisionForm(dispute=dispute, actor=request.user),
    }
    return render(request, "settlement/disputes/detail.html", context)


@requires(Perm.DISPUTE_DECIDE)
@require_GET
def dispute_preview(request: StaffRequest, number: str) -> HttpResponse:
    """Show what a decision would post; nothing is written."""
    dispute = _dispute(request, number)
    context = {"dispute": dispute, "effects": [], "problem": ""}
    try:
        decision = DecisionForm(request.GET, dispute=dispute, actor=request.user).decision()
    except Refused as refused:
        return render(
            request,
            "settlement/disputes/_preview.html",
            context | {"problem": refused.sentence},
        )
    if decision.outcome:
        allowed = payers_of(dispute, actor=request.user)
        payer = next((unit for unit in allowed if unit.pk == decision.payer_unit_id), None)
        context["effects"] = effects(
            dispute, outcome=decision.outcome, fen=decision.fen, payer=payer
        )
    return render(request, "settlement/disputes/_preview.html", context)


@requires(Perm.DISPUTE_REVIEW)
@require_POST
@idempotent
def dispute_ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask the departments that were ticked."""
    dispute = _dispute(request, number)
    ask_departments(
        dispute_id=dispute.pk, asked=request.POST.getlist("department"), actor=request.user
    )
    return finished(request, "settlement:dispute-detail", number)


@requires(Perm.DISPUTE_REVIEW)
@require_POST
@idempotent
def dispute_opinion(request: StaffRequest, number: str) -> HttpResponse:
    """Note a department's opinion."""
    dispute = _dispute(request, number)
    give_opinion(
        dispute_id=dispute.pk,
        department=request.POST.get("department", ""),
        opinion=request.POST.get("opinion", ""),
        text=request.POST.get("text", "")[:500],
        actor=request.user,
    )
    return finished(request, "settlement:dispute-detail", number)


@requires(Perm.DISPUTE_DECIDE)
@require_POST
@idempotent
def dispute_decide(request: StaffRequest, number: str) -> HttpResponse:
    """Decide."""
    dispute = _dispute(request, number)
    decision = DecisionForm(request.POST, dispute=dispute, actor=request.user).decision()
    decide_dispute(dispute_id=dispute.pk, decision=decision, actor=request.user)
    return finished(request, "settlement:dispute-detail", number)


@requires(Perm.DISPUTE_REVIEW)
@require_GET
def dispute_file(request: StaffRequest, number: str, sha256: str) -> HttpResponse:
    """Send one frozen picture, if it still is what was frozen."""
    name = file_in_bundle(_dispute(request, number), sha256)
    content = frozen_content(name, sha256) if name else None
    if name is None or content is None:
        raise Http404
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    answer = HttpResponse(content, content_type=kind)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


@requires(Perm.DISPUTE_REVIEW)
@require_POST
@idempotent
def report_make(request: StaffRequest, number: str) -> HttpResponse:
    """Have the case report made in the background."""
    dispute = _dispute(request, number)
    want_report(dispute_id=dispute.pk, actor=request.user, language=language_now())
    return finished(request, "settlement:dispute-detail", number)


@requires(Perm.DISPUTE_REVIEW)
@require_GET
def report_progress(request: StaffRequest, number: str) -> HttpResponse:
    """Answer the page's poll while the report is made."""
    dispute = _dispute(request, number)
    context = {"dispute": dispute, "report": report_state(dispute, language_now())}
    return unless_unchanged(
        request,
        context["report"].state,
        lambda: render(request, "settlement/disputes/_report.html", context),
    )


@requires(Perm.DISPUTE_REVIEW)
@require_GET
def report_file(request: StaffRequest, number: str) -> HttpResponse:
    """Send the case report."""
    kept = stored_report(_dispute(request, number), language_now())
    answer = HttpResponse(kept.content, content_type=kept.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{kept.name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@requires(Perm.DISPUTE_REVIEW)
@require_GET
def dispute_statistics(request: StaffRequest) -> HttpResponse:
    """Show which rules cause quarrels."""
    context = {"rows": quarrels_by_rule(actor=request.user)}
    return render(request, "settlement/disputes/statistics.html", context)


@requires(Perm.DISPUTE_DECIDE)
@require_http_methods(["GET", "POST"])
@idempotent
def dispute_terms(request: StaffRequest) -> HttpResponse:
    """Show and set how long each state may last."""
    if request.method == "POST":
        set_terms(hours=TermsForm(request.POST).hours(), actor=request.user)
        return finished(request, "settlement:dispute-terms")
    return render(request, "settlement/disputes/terms.html", {"form": TermsForm()})


def _near(dispute: Any) -> list[ShownNear]:
    """Why the doubted line did not bring its installer more; of other payees nothing is known."""
    if dispute.line is None or dispute.is_of_unit:
        return []
    return shown_near_misses(dispute.line.settlement)


def _dispute(request: StaffRequest, number: str) -> Any:
    return get_object_or_404(visible_disputes(actor=request.user), number=number)
