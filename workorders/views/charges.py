"""Extra charges at the desk: the company's tariff, and the decisions on one order's charges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.access import Perm, requires
from common.journal import idempotent
from network.requests import form_page, posted
from workorders.charges import charges_of, late_hours, tariff_of, tariffs
from workorders.forms.charges import LateTermForm, TariffForm
from workorders.requests import finished
from workorders.selectors import own_work_orders
from workorders.services.charge_decisions import decide_charge
from workorders.services.charges import cancel_charge
from workorders.services.late_charges import set_late_hours
from workorders.services.tariffs import save_tariff

if TYPE_CHECKING:
    from workorders.models import ExtraCharge
    from workorders.requests import StaffRequest


@requires(Perm.CATALOG_VIEW)
@require_safe
def tariff_list(request: StaffRequest) -> HttpResponse:
    """Show what may be charged beyond an order."""
    context = {
        "rows": tariffs(),
        "may_manage": request.user.has(Perm.CATALOG_MANAGE),
        "tab": "charges",
        "late_hours": late_hours(),
    }
    return render(request, "workorders/tariff_list.html", context)


@requires(Perm.CATALOG_MANAGE)
def tariff_edit(request: StaffRequest, code: str) -> HttpResponse:
    """Change the terms of one code; charges that were made keep theirs."""
    tariff = tariff_of(code)
    if tariff is None:
        raise Http404
    name, back = tariff.get_code_display(), reverse("workorders:tariff-list")
    form = TariffForm(posted(request), instance=tariff)
    if request.method == "POST" and form.is_valid():
        save_tariff(tariff=form.filled(), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "workorders:tariff-list")
    context = {
        "title": name,
        "lead": _("Charges made from now on have these terms; earlier ones keep theirs."),
        "crumbs": [{"url": back, "label": _("Extra charges")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)


@requires(Perm.CATALOG_MANAGE)
def late_term(request: StaffRequest) -> HttpResponse:
    """Set for how many hours after the work charges may be asked for."""
    back = reverse("workorders:tariff-list")
    form = LateTermForm(posted(request), initial={"hours": late_hours()})
    if request.method == "POST" and form.is_valid():
        set_late_hours(hours=form.cleaned_data["hours"], actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "workorders:tariff-list")
    context = {
        "title": _("Charges after the work"),
        "lead": _("Asked for after the work, a charge needs the office's approval each time."),
        "crumbs": [{"url": back, "label": _("Extra charges")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)


@requires(Perm.CHARGE_DECIDE)
@require_POST
@idempotent(required=True)
def charge_decide(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Approve or refuse a charge that waits for the office."""
    charge = _charge(request, number, pk)
    approve = request.POST.get("answer") == "approve"
    decide_charge(
        charge=charge,
        approve=approve,
        reason=request.POST.get("reason", ""),
        spoke_with=request.POST.get("spoke_with", ""),
        actor=request.user,
    )
    messages.success(request, _("The charge was decided."))
    return finished(request, "workorders:order-detail", number)


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent(required=True)
def charge_cancel(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Cancel a charge of an order that is still open."""
    charge = _charge(request, number, pk)
    cancel_charge(charge=charge, reason=request.POST.get("reason", ""), actor=request.user)
    messages.success(request, _("The charge was cancelled."))
    return finished(request, "workorders:order-detail", number)


def _charge(request: StaffRequest, number: str, pk: int) -> ExtraCharge:
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    return get_object_or_404(charges_of(order), pk=pk)
