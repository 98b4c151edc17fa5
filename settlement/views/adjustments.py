"""Adjustments by people, and all money that is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, requires
from common.journal import idempotent
from common.refusals import refused_at
from settlement.adjustments.making import (
    decide_adjustment,
    make_adjustment,
    refuse_strangers,
)
from settlement.adjustments.selectors import (
    adjustment_list,
    adjustments_to_decide,
    visible_adjustments,
)
from settlement.forms_adjustments import AdjustmentFilter, AdjustmentForm, HeldFilter
from settlement.held.selectors import HeldMoney
from settlement.selectors import visible_settlements
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

PER_PAGE = 50


@requires(Perm.SETTLEMENT_VIEW)
@require_GET
def adjustments(request: StaffRequest) -> HttpResponse:
    """List adjustments, those that wait for approval with their buttons."""
    form = AdjustmentFilter(request.GET)
    found = adjustment_list(actor=request.user, **form.query())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    mine = adjustments_to_decide(actor=request.user).filter(pk__in=[one.pk for one in page])
    may_approve = request.user.has(Perm.SETTLEMENT_APPROVE)
    context = {
        "form": form,
        "page": page,
        "decidable": set(mine.values_list("pk", flat=True)) if may_approve else set(),
    }
    return render(request, "settlement/adjustments/list.html", context)


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def adjustment_make(request: StaffRequest, pk: int) -> HttpResponse:
    """Propose an adjustment of one settlement's order."""
    found = visible_settlements(actor=request.user).filter(status="active")
    settlement = get_object_or_404(found, pk=pk)
    refuse_strangers(settlement.work_order, request.user)
    form = AdjustmentForm(request.POST if request.method == "POST" else None, settlement=settlement)
    if request.method == "POST" and form.is_valid():
        with refused_at(form) as attempt:
            make_adjustment(settlement=settlement, wish=form.wish(), actor=request.user)
        if attempt.went_well:
            messages.success(request, _("The adjustment waits for a second person's approval."))
            return finished(request, "settlement:adjustment-list")
    context = {"settlement": settlement, "form": form}
    status = 422 if form.errors else 200
    return render(request, "settlement/adjustments/make.html", context, status=status)


@requires(Perm.SETTLEMENT_APPROVE)
@require_POST
@idempotent
def adjustment_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Post an adjustment somebody else made, or refuse it."""
    found = get_object_or_404(visible_adjustments(actor=request.user), pk=pk)
    approve = request.POST.get("answer") == "approve"
    reason = request.POST.get("reason", "")
    decide_adjustment(adjustment_id=found.pk, approve=approve, reason=reason, actor=request.user)
    done = _("The adjustment was posted.") if approve else _("The adjustment was refused.")
    messages.success(request, done)
    return finished(request, "settlement:adjustment-list")


@requires(Perm.SETTLEMENT_VIEW)
@require_GET
def held(request: StaffRequest) -> HttpResponse:
    """List all money that is held, with its cause, its exit and who acts next."""
    form = HeldFilter(request.GET)
    money = HeldMoney(actor=request.user, **form.query())
    context = {
        "form": form,
        "page": Paginator(money, PER_PAGE).get_page(request.GET.get("page")),
        "sums": money.sums(),
    }
    return render(request, "settlement/held.html", context)
