"""Exchange rates, and what an order was paid in another currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.access import Perm, requires
from common.errors import Refused
from common.journal import idempotent
from settlement.currencies.keeping import enter_rate, state_payment
from settlement.currencies.selectors import (
    counting,
    missing_rates,
    paid_words_of,
    payments,
    rates,
)
from settlement.forms_currencies import PaymentForm, RateForm
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
        try:
            enter_rate(**form.cleaned_data, actor=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The rate is kept; what waited for it is settled now."))
            return finished(request, "settlement:rate-list")
    page = Paginator(rates(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "counting": counting(list(page.object_list)),
        "missing": missing_rates(),
        "may_enter": request.user.sees_everything,
    }
    status = 422 if form.errors else 200
    return render(request, "settlement/currencies/rates.html", context, status=status)


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def order_currency(request: StaffRequest, number: str) -> HttpResponse:
    """Say what an order was paid in another currency."""
    order = get_object_or_404(visible_work_orders(actor=request.user), number=number)
    form = PaymentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            state_payment(
                order_id=order.pk,
                currency=typed["currency"],
                amount_minor=typed["minor"],
                actor=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Kept; the order's money is computed at the rate of its day.")
            )
            return finished(request, "workorders:order-detail", order.number)
    day = clock.business_day(order.completed_at)
    context = {
        "order": order,
        "form": form,
        "payments": payments(order),
        "words": paid_words_of(order, day),
    }
    status = 422 if form.errors else 200
    return render(request, "settlement/currencies/order.html", context, status=status)
