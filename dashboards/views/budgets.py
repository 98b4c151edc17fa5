"""Budgets of regions, and what they will cost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from common import clock
from common.access import Perm, requires
from common.journal import idempotent
from common.refusals import refused_at
from dashboards.budgets import budget_lines
from settlement.forms_plans import BudgetForm
from settlement.plans.keeping import set_budget
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.DASHBOARD_BOSS)
@require_GET
def budgets(request: StaffRequest) -> HttpResponse:
    """Show the budgets of this month, and of the next one from half a month before."""
    lines = budget_lines(actor=request.user, today=clock.business_day())
    context = {"lines": lines, "may_set": request.user.has(Perm.SETTLEMENT_CORRECT)}
    return render(request, "dashboards/budgets.html", context)


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def budget_set(request: StaffRequest) -> HttpResponse:
    """Set what a region may cost in a month."""
    form = BudgetForm(request.POST if request.method == "POST" else None, actor=request.user)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        month = date.fromisoformat(typed["month"])
        with refused_at(form) as attempt:
            set_budget(
                region=typed["region"], month=month, amount_fen=typed["amount"], actor=request.user
            )
        if attempt.went_well:
            messages.success(request, _("The budget is kept."))
            return finished(request, "dashboards:budgets")
    status = 422 if form.errors else 200
    return render(request, "dashboards/budget_set.html", {"form": form}, status=status)
