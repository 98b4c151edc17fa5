"""Settlements at the desk: the list with its problems, one slip, and a work order's panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.journal import idempotent
from settlement.adjustments.selectors import adjustments_of
from settlement.currencies.selectors import paid_words_now, paid_words_of_slip
from settlement.explaining import difference_to_estimate, shown_near_misses
from settlement.foreknown import was_foreseen
from settlement.forms import KnownForm, SlipFilterForm
from settlement.recompute.place import region_now
from settlement.selectors import visible_settlements
from settlement.services.retrying import ask_to_retry
from settlement.services.settling import active_settlement
from settlement.slips import (
    open_problems,
    problem_reason,
    slip_list,
    slip_of,
    slips_of_order,
    sums_of,
)
from settlement.statements.debts import debts_from
from workorders.bounded_times import bounded_words
from workorders.requests import finished

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User
    from workorders.models import WorkOrder
    from workorders.requests import StaffRequest

PER_PAGE = 50


@requires(Perm.SETTLEMENT_VIEW)
@require_GET
def slips(request: StaffRequest) -> HttpResponse:
    """List settlements that fit the filters, with what could not be settled above them."""
    form = SlipFilterForm(request.GET, actor=request.user)
    found = slip_list(actor=request.user, **form.query())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    paid_fen, gross_fen = sums_of(found)
    context = {
        "form": form,
        "page": page,
        "paid_fen": paid_fen,
        "gross_fen": gross_fen,
        "problems": open_problems(actor=request.user),
        "may_retry": request.user.has(Perm.STATEMENT_RUN),
        "sees_margin": request.user.has(Perm.DASHBOARD_BOSS),
    }
    return render(request, "settlement/slips.html", context)


@requires(Perm.SETTLEMENT_VIEW)
@require_GET
def slip(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one settlement with the lines its reader may see."""
    found = visible_settlements(actor=request.user).select_related(
        "version__rule_set", "estimate__version", "period", "work_order__settled_by"
    )
    settlement = get_object_or_404(found, pk=pk)
    context = {
        "slip": slip_of(settlement, actor=request.user),
        "differences": difference_to_estimate(settlement),
        "near": shown_near_misses(settlement),
        "known_form": KnownForm(),
        "may_read_rules": request.user.has(Perm.RULES_VIEW),
        "adjustments": adjustments_of(settlement.work_order, actor=request.user),
        "debts": debts_from(settlement),
        "paid": paid_words_of_slip(settlement),
        "moved_to": region_now(settlement.work_order) if settlement.status == "active" else None,
        "bounded": bounded_words(settlement.work_order),
        "may_adjust": request.user.has(Perm.SETTLEMENT_CORRECT),
        "may_correct": _may_correct(request.user),
    }
    return render(request, "settlement/slip.html", context)


@requires(Perm.STATEMENT_RUN)
@require_POST
@idempotent
def problems_retry(request: StaffRequest) -> HttpResponse:
    """Have what waits tried again; safe to repeat."""
    waiting = ask_to_retry(actor=request.user)
    words = ngettext(
        "%(n)d order is tried again in the background; what is settled leaves this list",
        "%(n)d orders are tried again in the background; what is settled leaves this list",
        waiting,
    )
    messages.success(request, words % {"n": waiting})
    return finished(request, "settlement:slip-list")


def _may_correct(user: User) -> bool:
    return user.has(Perm.SETTLEMENT_CORRECT) and user.sees_everything


def order_panel(request: HttpRequest, order: WorkOrder) -> SafeString:
    """The money of a work order on its own page; before it is completed what was foreseen of it."""
    may_state = request.user.has(Perm.SETTLEMENT_CORRECT) and not order.price_included  # type: ignore[union-attr]  # signed in
    foreseen = was_foreseen(order)
    if order.completed_at is None and not order.cancelled_at and not may_state and not foreseen:
        return SafeString("")
    found = slips_of_order(order, actor=request.user)  # type: ignore[arg-type]  # signed in
    problem = problem_reason(order)
    shown = found or problem or order.completed_at or may_state or foreseen
    if not shown:
        return SafeString("")
    context = {
        "slips": found,
        "problem": problem,
        "order": order,
        "may_state": may_state,
        "foreseen": foreseen,
        "moved_to": region_now(order) if order.completed_at else None,
        "may_correct": _may_correct(request.user),  # type: ignore[arg-type]  # signed in
        "paid": paid_words_now(order, active_settlement(order)) if may_state else "",
    }
    return render_to_string("settlement/_order_panel.html", context, request)
