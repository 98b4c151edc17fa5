"""Exchange rates, and what an order was paid in another currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common import clock
from common.access import Perm, requires
from common.journal import idempotent
from common.refusals import refused_at
from settlement.currencies.keeping import enter_rate, state_payment
from settlement.currencies.rate_page import rate_rows
from settlement.currencies.selectors import missing_rates, paid_words_now, payments, rates
from settlement.forms_currencies import PaymentForm, RateForm
from settlement.recompute.rates import corrected_rate
from settlement.recompute.running import start_recompute
from settlement.services.settling import active_settlement
from workorders.requests import finished
from workorders.selectors import visible_work_orders

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

PER_PAGE = 50


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def rate_list(request: StaffRequest) -> HttpResponse:
    """List the rates with those that orders wait for; keep another one."""
    posted = request.POST if request.method == "POST" else None
    asked = {"currency": request.GET.get("currency", ""), "day": request.GET.get("day", "")}
    form = RateForm(
        posted, initial={"day": clock.business_day(), **{k: v for k, v in asked.items() if v}}
    )
    if posted is not None and form.is_valid():
        with refused_at(form) as attempt:
            enter_rate(**form.terms(), actor=request.user)
        if attempt.went_well:
            messages.success(request, _("The rate is kept; what waited for it is settled now."))
            return finished(request, "settlement:rate-list")
    keeps = request.user.sees_everything
    page = Paginator(rates(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": rate_rows(list(page.object_list), for_headquarters=keeps),
        "missing": missing_rates() if keeps else [],
        "may_enter": keeps,
    }
    status = 422 if form.errors else 200
    return render(request, "settlement/currencies/rates.html", context, status=status)


@requires(Perm.SETTLEMENT_CORRECT)
@require_POST
@idempotent
def rate_recompute(request: StaffRequest, pk: int) -> HttpResponse:
    """Propose to compute the settled orders that stand at another rate again, at this one."""
    rate = get_object_or_404(rates(), pk=pk)
    reason = _("Rate of %(currency)s of %(day)s: %(rate)s")
    run = start_recompute(
        asked=corrected_rate(rate),
        reason=reason % {"currency": rate.currency, "day": rate.day, "rate": rate.plain},
        actor=request.user,
    )
    return finished(request, "settlement:recompute-detail", run.pk)


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def order_currency(request: StaffRequest, number: str) -> HttpResponse:
    """Say what an order that is not settled was paid in another currency.

    Of a settled one it is a correction, which has its own page.
    """
    order = get_object_or_404(visible_work_orders(actor=request.user), number=number)
    form, status = PaymentForm(request.POST if request.method == "POST" else None), 422
    if form.is_valid():
        with refused_at(form) as attempt:
            state_payment(order_id=order.pk, **form.payment(), actor=request.user)
        status = attempt.status
        if attempt.went_well:
            messages.success(
                request, _("Kept; the order's money is computed at the rate of its day.")
            )
            return finished(request, "workorders:order-detail", order.number)
    stated, settled = payments(order), active_settlement(order)
    context = {
        "order": order,
        "form": form,
        "payments": stated,
        # Another statement than this one is a conflict: what was shown is sent along.
        "seen": stated[0][0].pk if stated else 0,
        "words": paid_words_now(order, settled),
        "settled": settled,
        "may_correct": request.user.sees_everything,
    }
    status = status if form.is_bound else 200
    return render(request, "settlement/currencies/order.html", context, status=status)
