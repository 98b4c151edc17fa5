"""A price plan tried on the latest orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from settlement.pricing.forms import PlanForm
from settlement.pricing.page import chart_of
from settlement.pricing.selectors import simulated

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.DASHBOARD_BOSS)
@require_GET
def price_plan(request: StaffRequest) -> HttpResponse:
    """Show the form, and the curve of the plan that was asked for."""
    # A link may choose region and service before anything is tried.
    is_asked = "lever" in request.GET
    chosen = {name: request.GET.get(name, "") for name in ("region", "item")}
    form = PlanForm(request.GET if is_asked else None, initial=chosen, actor=request.user)
    found = simulated(**form.query(), actor=request.user) if form.is_valid() else None
    context = {
        "form": form,
        "asked": form.is_bound and form.is_valid(),
        "found": found,
        "chart": chart_of(found) if found else (),
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "settlement/pricing/plan.html", context, status=status)
