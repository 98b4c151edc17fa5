"""From an offer to its order, and from the order back to its offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.access import Perm, requires
from common.journal import idempotent
from customers.forms import DivisionForm
from settlement.quotations.order_form import OfferOrderForm
from settlement.quotations.selectors import offer_behind, offer_of, visible_quotations
from settlement.quotations.taking import division_of, refuse_unless_open, take_quotation
from workorders.requests import finished, is_htmx

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from workorders.models import WorkOrder
    from workorders.requests import StaffRequest


@requires(Perm.ORDER_CREATE)
@require_http_methods(["GET", "POST"])
@idempotent
def quotation_order(request: StaffRequest, number: str) -> HttpResponse:
    """Show the order an offer becomes, or enter it and go to its work order."""
    quotation = get_object_or_404(visible_quotations(actor=request.user), number=number)
    refuse_unless_open(quotation)
    data = request.POST if request.method == "POST" else None
    form = OfferOrderForm(data, quotation=quotation, actor=request.user)
    divisions = DivisionForm(data, code=division_of(quotation.region))
    if data is None or not form.is_valid():
        context = {
            "form": form, "divisions": divisions, "quotation": quotation,
            "offer": offer_of(quotation), "action": request.path,
        }  # fmt: skip
        part, page = "workorders/_entry_form.html", "settlement/quotations/order.html"
        template = part if is_htmx(request) else page
        return render(request, template, context, status=200 if data is None else 422)
    entry = form.entry(divisions.code())
    order = take_quotation(quotation_id=quotation.pk, entry=entry, actor=request.user)
    messages.success(request, _("Work order %(number)s was opened.") % {"number": order.number})
    return finished(request, "workorders:order-detail", order.number)


def offer_panel(request: HttpRequest, order: WorkOrder) -> SafeString:
    """The offer a work order came from; nothing for one that came from elsewhere."""
    quotation = offer_behind(order)
    if quotation is None:
        return SafeString("")
    seen = visible_quotations(actor=request.user)  # type: ignore[arg-type]  # signed in
    context = {"quotation": quotation, "may_open": seen.filter(pk=quotation.pk).exists()}
    return render_to_string("settlement/quotations/_order_panel.html", context, request)
