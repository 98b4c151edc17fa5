"""Bills as they come: files with a preview, what is asked of a platform, and how far matching is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.access import Perm, requires
from common.htmx import POLL_ENDS, unless_unchanged
from common.journal import idempotent
from common.refusals import refused_at
from settlement.bills.asking import ask_for_bill
from settlement.bills.importing import confirm_bill, preview_bill
from settlement.bills.selectors import deliveries
from settlement.bills.shops import platform_words
from settlement.forms_bills import BillFileForm, WantForm
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

PER_PAGE = 50
_SHOWN = 50


@requires(Perm.BILL_MATCH)
@require_GET
def delivery_list(request: StaffRequest) -> HttpResponse:
    """List the bills that came, with a form for a file and one for the platform."""
    return _list(request)


@requires(Perm.BILL_MATCH)
@require_POST
def bill_read(request: StaffRequest) -> HttpResponse:
    """Read a file and show what would happen; nothing is written."""
    form = BillFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, file_form=form, status=422)
    sent, shop = form.cleaned_data["file"], form.chosen()
    if shop is None:
        form.add_error("shop", _("Choose one of the shops"))
        return _list(request, file_form=form, status=422)
    with refused_at(form, "file") as attempt:
        preview = preview_bill(raw=sent.read(), name=str(sent.name), shop=shop, actor=request.user)
    if not attempt.went_well:
        return _list(request, file_form=form, status=attempt.status)
    context = {
        "preview": preview,
        "shown": preview.read.lines[:_SHOWN],
        "bad": preview.read.bad[:_SHOWN],
        "shop_words": f"{platform_words(shop.platform)} {shop.shop_key}",
    }
    return render(request, "settlement/bills/preview.html", context)


@requires(Perm.BILL_MATCH)
@require_POST
@idempotent
def bill_confirm(request: StaffRequest) -> HttpResponse:
    """Take the previewed file in."""
    confirm_bill(token=request.POST.get("token", "")[:64], actor=request.user)
    return finished(request, "settlement:bill-files")


@requires(Perm.BILL_MATCH)
@require_POST
@idempotent
def bill_want(request: StaffRequest) -> HttpResponse:
    """Ask a platform for the bill of some days."""
    form = WantForm(request.POST)
    if not form.is_valid():
        return _list(request, want_form=form, status=422)
    said = form.cleaned_data
    ask_for_bill(
        shop=said["shop"], starts_on=said["starts_on"], ends_on=said["ends_on"], actor=request.user
    )
    messages.success(request, _("The platform is asked; the bill appears here in a minute."))
    return finished(request, "settlement:bill-files")


@requires(Perm.BILL_MATCH)
@require_GET
def delivery_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer the poll of a bill that is being matched."""
    bill = get_object_or_404(deliveries(actor=request.user), pk=pk)
    context = {"bill": bill}
    response = unless_unchanged(
        request,
        f"{bill.state}-{bill.done}",
        lambda: render(request, "settlement/bills/_delivery.html", context),
    )
    if bill.state == "done" and response.status_code == 200:
        response.status_code = POLL_ENDS
    return response


def _list(request: StaffRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    today = clock.business_day()
    days = {"starts_on": today - timedelta(days=7), "ends_on": today}
    found = deliveries(actor=request.user)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "file_form": forms.get("file_form") or BillFileForm(),
        "want_form": forms.get("want_form") or WantForm(initial=days),
    }
    return render(request, "settlement/bills/files.html", context, status=status)
