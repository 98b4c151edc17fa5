"""From an offer to its order, and from the order back to its offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.access import Perm, requires
from common.formatting import money
from common.journal import idempotent
from customers.forms import DivisionForm
from settlement.quotations.asking import CHANNELS, OWN_CHANNEL
from settlement.quotations.meeting import meet_shop_order
from settlement.quotations.order_form import OfferOrderForm, ShopOrderForm
from settlement.quotations.order_surcharges import offer_url, order_surcharges
from settlement.quotations.selectors import offer_behind, offer_of, visible_quotations
from settlement.quotations.surcharging import surcharges_in_use
from settlement.quotations.taking import (
    division_of,
    order_price_fen,
    refuse_unless_open,
    take_quotation,
)
from workorders.requests import finished, is_htmx

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from settlement.models import Quotation
    from workorders.models import WorkOrder
    from workorders.requests import StaffRequest


@requires(Perm.ORDER_CREATE)
@require_http_methods(["GET", "POST"])
@idempotent
def quotation_order(request: StaffRequest, number: str) -> HttpResponse:
    """Show the order an offer becomes, or enter it and go to its work order.

    An offer for a shop asks for nothing but the order's number there.
    """
    quotation = get_object_or_404(visible_quotations(actor=request.user), number=number)
    refuse_unless_open(quotation, actor=request.user)
    if quotation.channel == OWN_CHANNEL:
        return _entered(request, quotation)
    return _met(request, quotation)


def _entered(request: StaffRequest, quotation: Quotation) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = OfferOrderForm(data, quotation=quotation, actor=request.user)
    divisions = DivisionForm(data, code=division_of(quotation.region))
    if data is None or not form.is_valid():
        context = {"form": form, "divisions": divisions}
        return _page(request, quotation, "workorders/_entry_form.html", context)
    entry = form.entry(divisions.code())
    order = take_quotation(quotation_id=quotation.pk, entry=entry, actor=request.user)
    messages.success(request, _("Work order %(number)s was opened.") % {"number": order.number})
    return finished(request, "workorders:order-detail", order.number)


def _met(request: StaffRequest, quotation: Quotation) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = ShopOrderForm(posted, channel=quotation.channel, actor=request.user)
    if not form.is_valid():
        context: dict[str, Any] = {"form": form, "channel": CHANNELS[quotation.channel]}
        return _page(request, quotation, "settlement/quotations/_shop_order_form.html", context)
    typed = form.cleaned_data
    order = meet_shop_order(
        quotation_id=quotation.pk,
        number=typed["number"],
        shop=typed.get("shop", ""),
        actor=request.user,
    )
    price_fen = order_price_fen(quotation)
    words = {
        "number": order.number,
        "paid": money(order.paid_fen),
        "offered": money(price_fen),
    }
    if order.paid_fen in (price_fen, quotation.total_fen):
        messages.success(request, _("The offer belongs to work order %(number)s now.") % words)
    else:
        sentence = _(
            "The offer belongs to work order %(number)s now. In the shop %(paid)s were paid,"
            " %(offered)s had been offered."
        )
        messages.warning(request, sentence % words)
    return finished(request, "workorders:order-detail", order.number)


def _page(
    request: StaffRequest, quotation: Quotation, part: str, context: dict[str, Any]
) -> HttpResponse:
    context |= {
        "quotation": quotation, "offer": offer_of(quotation), "action": request.path, "part": part,
    }  # fmt: skip
    template = part if is_htmx(request) else "settlement/quotations/order.html"
    return render(request, template, context, status=422 if context["form"].is_bound else 200)


@requires(Perm.QUOTE_MAKE)
@require_POST
def order_surcharges_shown(request: StaffRequest) -> HttpResponse:
    """Answer with the surcharges of the order typed so far, and the way to its offer."""
    typed, code = request.POST.dict(), DivisionForm(request.POST).code()
    context = {
        "shown": order_surcharges(typed, division_code=code, actor=request.user),
        "url": offer_url(typed, division_code=code, actor=request.user),
    }
    return render(request, "settlement/quotations/_order_followed.html", context)


def surcharges_panel(request: HttpRequest, subject: Any) -> SafeString:
    """Follows an order typed by hand: its surcharges, where there are any, and the way to its offer."""
    name = "_order_surcharges_box" if surcharges_in_use() else "_order_link_box"
    return render_to_string(f"settlement/quotations/{name}.html", {}, request)


def offer_panel(request: HttpRequest, order: WorkOrder) -> SafeString:
    """The offer a work order came from; nothing for one that came from elsewhere."""
    quotation = offer_behind(order)
    if quotation is None:
        return SafeString("")
    seen = visible_quotations(actor=request.user)  # type: ignore[arg-type]  # signed in
    context = {"quotation": quotation, "may_open": seen.filter(pk=quotation.pk).exists()}
    return render_to_string("settlement/quotations/_order_panel.html", context, request)
