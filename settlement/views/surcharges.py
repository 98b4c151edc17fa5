"""The surcharges of customers' prices: the table, one row's form, its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, allowed, requires
from common.errors import Refused
from common.journal import idempotent
from common.two_editors.seen import seen_text
from network.requests import form_page, is_htmx, posted
from settlement.quotations.surcharge_form import SurchargeForm
from settlement.quotations.surcharge_seen import (
    SurchargeConflict,
    chosen,
    seen_from,
    shown_of,
)
from settlement.quotations.surcharge_stale import (
    SurchargeMoved,
    listed,
    order_text,
    table_seen,
)
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
    from settlement.models import PriceSurcharge
    from workorders.requests import StaffRequest

LIST = "settlement:surcharge-list"
PAGE = "settlement/quotations/surcharge.html"
STALE = "settlement/quotations/surcharge_stale.html"
FORM = "settlement/quotations/_surcharge_form.html"


@requires(Perm.QUOTE_MAKE)
@require_GET
def surcharge_list(request: StaffRequest) -> HttpResponse:
    """Show the company's surcharges in the order they count."""
    rows = list(all_surcharges())
    context = {
        "rows": listed(rows),
        "order": order_text(row.pk for row in rows),
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
    post = posted(request)
    shown = seen_text(shown_of(row)) if post is None else post.get("seen", "")
    form = SurchargeForm(post and chosen(post), instance=row, actor=request.user)
    context = _form_context(request, row, shown)
    if form.is_bound and form.is_valid():
        try:
            seen = None if pk is None else seen_from(shown)
            save_surcharge(row=form.filled(), seen=seen, actor=request.user)
        except SurchargeConflict as conflict:
            context |= {"conflict": conflict, "seen": seen_text(conflict.current)}
            template = FORM if is_htmx(request) else PAGE
            return render(request, template, context | {"form": form}, status=conflict.status)
        messages.success(request, _("Saved"))
        return finished(request, LIST)
    return form_page(request, PAGE, form, context, part=FORM)


def _form_context(request: StaffRequest, row: PriceSurcharge, seen: str) -> dict[str, Any]:
    back = reverse(LIST)
    return {
        "title": _("Surcharge") if row.pk is None else row.name,
        "lead": _("Counts for offers made from now on; earlier ones keep their price."),
        "crumbs": _crumbs(),
        "action": request.path,
        "cancel_url": back,
        "seen": seen,
    }


def _crumbs() -> list[dict[str, str]]:
    return [
        {"url": reverse("settlement:quotation-list"), "label": _("Quotations")},
        {"url": reverse(LIST), "label": _("Surcharges")},
    ]


@requires(Perm.RULES_PUBLISH)
@require_POST
@idempotent
def surcharge_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Move a row up or down, or take it out of the table; ask first where it is another by now."""
    act = request.POST.get("act", "")
    if act not in {"up", "down", "remove"}:
        if surcharge_of(pk) is None:
            raise Http404
        raise Refused("surcharge.act", _("Choose: up, down, or remove"))
    seen = table_seen(request.POST)
    try:
        if act == "remove":
            remove_surcharge(row_id=pk, seen=seen, actor=request.user)
        else:
            move_surcharge(row_id=pk, up=act == "up", seen=seen, actor=request.user)
    except SurchargeMoved as conflict:
        context = {"conflict": conflict, "act": act, "action": request.path, "crumbs": _crumbs()}
        return render(request, STALE, context, status=conflict.status)
    return finished(request, LIST)


@requires(Perm.RULES_PUBLISH)
@require_POST
@idempotent
def surcharge_begin(request: StaffRequest) -> HttpResponse:
    """Fill the empty table with the usual rows."""
    begin_surcharges(actor=request.user)
    return finished(request, LIST)
