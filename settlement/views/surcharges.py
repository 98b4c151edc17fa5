"""The surcharges of customers' prices: the table, one row's form, its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, allowed, requires
from common.errors import refuse_unless
from common.journal import idempotent
from network.requests import form_page, posted
from settlement.quotations.surcharge_form import SurchargeForm
from settlement.quotations.surcharges import (
    all_surcharges,
    begin_surcharges,
    move_surcharge,
    remove_surcharge,
    save_surcharge,
    surcharge_of,
)
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

LIST = "settlement:surcharge-list"


@requires(Perm.QUOTE_MAKE)
@require_GET
def surcharge_list(request: StaffRequest) -> HttpResponse:
    """Show the company's surcharges in the order they count."""
    context = {
        "rows": all_surcharges(),
        "may_edit": request.user.sees_everything and allowed(request.user, Perm.RULES_PUBLISH),
    }
    return render(request, "settlement/quotations/surcharges.html", context)


@requires(Perm.RULES_PUBLISH)
@require_http_methods(["GET", "POST"])
@idempotent
def surcharge_edit(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Show a row's form, or keep the row and go back to the table."""
    row = surcharge_of(pk)
    if row is None:
        raise Http404
    form = SurchargeForm(posted(request), instance=row, actor=request.user)
    if form.is_bound and form.is_valid():
        save_surcharge(row=form.filled(), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, LIST)
    back = reverse(LIST)
    context = {
        "title": _("Surcharge") if pk is None else row.name,
        "lead": _("Counts for offers made from now on; earlier ones keep their price."),
        "crumbs": [
            {"url": reverse("settlement:quotation-list"), "label": _("Quotations")},
            {"url": back, "label": _("Surcharges")},
        ],
        "action": request.path,
        "cancel_url": back,
    }
    page, part = (
        "settlement/quotations/surcharge.html",
        "settlement/quotations/_surcharge_form.html",
    )
    return form_page(request, page, form, context, part=part)


@requires(Perm.RULES_PUBLISH)
@require_POST
@idempotent
def surcharge_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Move a row up or down, or take it out of the table."""
    if surcharge_of(pk) is None:
        raise Http404
    act = request.POST.get("act", "")
    refuse_unless(
        act in {"up", "down", "remove"}, "surcharge.act", _("Choose: up, down, or remove")
    )
    if act == "remove":
        remove_surcharge(row_id=pk, actor=request.user)
    else:
        move_surcharge(row_id=pk, up=act == "up", actor=request.user)
    return finished(request, LIST)


@requires(Perm.RULES_PUBLISH)
@require_POST
@idempotent
def surcharge_begin(request: StaffRequest) -> HttpResponse:
    """Fill the empty table with the usual rows."""
    begin_surcharges(actor=request.user)
    return finished(request, LIST)
