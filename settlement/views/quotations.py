"""Quotations: the list, a new one with its price beside it, one offer as page and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import clock
from common.access import Perm, requires
from common.journal import idempotent
from network.selectors import home_region
from settlement.forms_quotations import QuotationForm
from settlement.quotations.cost_page import cost_of, cost_shown
from settlement.quotations.costing import expected_cost
from settlement.quotations.document import quotation_pdf
from settlement.quotations.form_folds import folds_of
from settlement.quotations.limits import unofferable
from settlement.quotations.making import make_quotation
from settlement.quotations.pricing import price
from settlement.quotations.selectors import (
    is_expired,
    offer_of,
    offer_shown,
    order_of,
    quotations_found,
    visible_quotations,
)
from settlement.views.statement_pages import attachment
from workorders.requests import finished

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from catalog.models import RegionalOverride
    from settlement.models import Quotation
    from workorders.requests import StaffRequest

PER_PAGE = 50
LONGEST_SEARCH = 60


@requires(Perm.QUOTE_MAKE)
@require_GET
def quotation_list(request: StaffRequest) -> HttpResponse:
    """List the offers of this person's units, the newest first."""
    q = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = quotations_found(actor=request.user, q=q)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": q, "today": clock.business_day()}
    return render(request, "settlement/quotations/list.html", context)


@requires(Perm.QUOTE_MAKE)
@require_http_methods(["GET", "POST"])
@idempotent
def quotation_new(request: StaffRequest) -> HttpResponse:
    """Show the job's form with its price, or keep the offer and go to it."""
    if request.method == "POST":
        form = QuotationForm(request.POST, actor=request.user)
        if form.is_valid() and (wrong := unofferable(price(form.asked()))):
            form.add_error(None, wrong)
        if form.is_valid():
            quotation = make_quotation(asked=form.asked(), actor=request.user)
            return finished(request, "settlement:quotation-detail", quotation.number)
    else:
        form = QuotationForm(None, actor=request.user, first=request.GET.dict())
    status = 422 if form.is_bound else 200
    context = {"form": form, "folds": folds_of(form)}
    return render(request, "settlement/quotations/new.html", context, status=status)


@requires(Perm.QUOTE_MAKE)
@require_POST
def quotation_price(request: StaffRequest) -> HttpResponse:
    """Answer with the price of what has been typed so far; nothing is kept."""
    form = QuotationForm(request.POST, actor=request.user, draft=True)
    begun = bool(request.POST.get("item") and request.POST.get("region"))
    context: dict[str, Any] = {"form": form, "begun": begun, "offer": None, "wrong": ""}
    valid = form.is_valid()
    context["folds"] = folds_of(form)
    if valid:
        asked = form.asked()
        priced = price(asked)
        context |= {"offer": offer_shown(priced), "wrong": unofferable(priced)}
        if request.user.has(Perm.DASHBOARD_BOSS):
            context["cost"] = cost_shown(expected_cost(asked, priced, actor=request.user))
    return render(request, "settlement/quotations/_price.html", context)


@requires(Perm.QUOTE_MAKE)
@require_GET
def quotation_detail(request: StaffRequest, number: str) -> HttpResponse:
    """Show one offer; its expected cost to those who may see margins."""
    quotation = _quotation(request, number)
    sees_margin = request.user.has(Perm.DASHBOARD_BOSS)
    context = {
        "quotation": quotation,
        "offer": offer_of(quotation),
        "cost": cost_of(quotation) if sees_margin else None,
        "order": order_of(quotation),
        "expired": is_expired(quotation),
        "may_enter": request.user.has(Perm.ORDER_CREATE),
    }
    return render(request, "settlement/quotations/detail.html", context)


@requires(Perm.QUOTE_MAKE)
@require_GET
def quotation_file(request: StaffRequest, number: str) -> HttpResponse:
    """Hand out the offer as PDF."""
    quotation = _quotation(request, number)
    return attachment(quotation_pdf(quotation), f"{quotation.number}.pdf", "application/pdf")


def quote_panel(request: HttpRequest, subject: Any) -> SafeString:
    """The way from an item (or none) to its price, in the region of who looks if they have one."""
    region = home_region(request.user)  # type: ignore[arg-type]  # signed in
    url = _new_url(item=getattr(subject, "pk", None), region=region.pk if region else None)
    return render_to_string("settlement/quotations/_link.html", {"url": url})


def quote_here_panel(request: HttpRequest, override: RegionalOverride) -> SafeString:
    """The way from what a region changes of an item to the item's price there."""
    url = _new_url(item=override.item_id, region=override.region_id)
    context = {"url": url, "region": override.region}
    return render_to_string("settlement/quotations/_here.html", context)


def _new_url(**known: int | None) -> str:
    query = urlencode({name: pk for name, pk in known.items() if pk is not None})
    return f"{reverse('settlement:quotation-new')}{'?' if query else ''}{query}"


def _quotation(request: StaffRequest, number: str) -> Quotation:
    return get_object_or_404(visible_quotations(actor=request.user), number=number)
