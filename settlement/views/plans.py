"""What late orders will cost, and the contract's terms for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common import clock
from common.access import Perm, requires
from common.journal import idempotent
from common.refusals import refused_at
from settlement.forms_plans import DelayForm, DelayTermsForm
from settlement.plans.delays import current_terms, delay_plan
from settlement.plans.keeping import set_delay_terms
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

PER_PAGE = 50
_USUAL_MIN = 240


@requires(Perm.SETTLEMENT_VIEW)
@require_GET
def delays(request: StaffRequest) -> HttpResponse:
    """Estimate the penalties when a day's orders in a region are done later."""
    usual = {"day": f"{clock.business_day():%Y-%m-%d}", "region": "", "delay_min": _USUAL_MIN}
    form = DelayForm({**usual, **request.GET.dict()}, actor=request.user)
    kept = current_terms()
    may_set = request.user.has(Perm.SETTLEMENT_CORRECT) and request.user.sees_everything
    context: dict[str, Any] = {"form": form, "kept": kept, "may_set": may_set}
    if form.is_valid() and kept is not None:
        plan = delay_plan(actor=request.user, terms=kept.terms, **form.cleaned_data)
        page = Paginator(plan.orders, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"plan": plan, "page": page}
    status = 200 if form.is_valid() else 422
    return render(request, "settlement/plans/delays.html", context, status=status)


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def delay_terms(request: StaffRequest) -> HttpResponse:
    """Enter the penalty the company's contracts take."""
    form = DelayTermsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with refused_at(form) as attempt:
            source = form.cleaned_data["source"]
            set_delay_terms(terms=form.terms(), source=source, actor=request.user)
        if attempt.went_well:
            messages.success(request, _("The terms are kept."))
            return finished(request, "settlement:delay-list")
    status = 422 if form.errors else 200
    return render(request, "settlement/plans/terms.html", {"form": form}, status=status)
