"""Entering one order by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.access import Perm, requires
from common.journal import idempotent
from common.panels import panels
from customers.forms import DivisionForm
from workorders.forms.entry import EntryForm
from workorders.requests import finished, is_htmx
from workorders.selectors import first_work_order
from workorders.services.entry import enter_order

if TYPE_CHECKING:
    from django.http import HttpResponse

    from workorders.requests import StaffRequest


@requires(Perm.ORDER_CREATE)
@require_http_methods(["GET", "POST"])
@idempotent
def order_enter(request: StaffRequest) -> HttpResponse:
    """Show the form, or take the typed order in and go to its work order."""
    data = request.POST if request.method == "POST" else None
    form = EntryForm(data, actor=request.user, first=request.GET.dict())
    divisions = DivisionForm(data)
    if data is None or not form.is_valid():
        context = {
            "form": form,
            "divisions": divisions,
            "panels": panels("order-entry", request, None),
            "prices": panels("order-entry-price", request, None),
        }
        template = (
            "workorders/_entry_form.html" if is_htmx(request) else "workorders/order_enter.html"
        )
        return render(request, template, context, status=200 if data is None else 422)
    order = enter_order(entry=form.entry(divisions.code()), actor=request.user)
    work = first_work_order(order)
    messages.success(request, _("Work order %(number)s was opened.") % {"number": work.number})
    return finished(request, "workorders:order-detail", work.number)
