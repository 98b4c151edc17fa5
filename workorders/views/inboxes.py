"""What waits for a person: unmapped products and sites nobody could place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, requires
from common.journal import idempotent
from customers.forms import DivisionForm
from workorders.forms.entry import MappingForm, SpotForm
from workorders.inboxes import unlocated_orders, unmapped_lines, unmapped_products
from workorders.requests import finished, is_htmx
from workorders.selectors import own_work_orders
from workorders.services.mapping import map_line
from workorders.services.siting import relocate_site

if TYPE_CHECKING:
    from django.http import HttpResponse

    from workorders.requests import StaffRequest

_MOST = 100


@requires(Perm.ORDER_VIEW)
@require_GET
def unmapped_list(request: StaffRequest) -> HttpResponse:
    """List the products no service item was found for."""
    context = _products(request, MappingForm())
    return render(request, "workorders/unmapped_list.html", context)


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent
def line_map(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what a product asks for; every line waiting with it follows."""
    line = get_object_or_404(unmapped_lines(actor=request.user), pk=pk)
    form = MappingForm(request.POST)
    if not form.is_valid():
        context = _products(request, form)
        return render(request, "workorders/unmapped_list.html", context, status=422)
    found = form.cleaned_data
    opened = map_line(
        line_id=line.pk,
        item=None if found["no_service"] else found["item"],
        price_included=found["price_included"],
        actor=request.user,
    )
    sentence = ngettext(
        "Mapped; %(count)d work order was opened.",
        "Mapped; %(count)d work orders were opened.",
        len(opened),
    )
    messages.success(request, sentence % {"count": len(opened)})
    return finished(request, "workorders:unmapped-list")


@requires(Perm.ORDER_VIEW)
@require_GET
def unlocated_list(request: StaffRequest) -> HttpResponse:
    """List the open orders whose site has no price region or no place on the map."""
    orders = list(unlocated_orders(actor=request.user)[:_MOST])
    return render(request, "workorders/unlocated_list.html", {"orders": orders})


@requires(Perm.ORDER_EDIT)
@require_http_methods(["GET", "POST"])
@idempotent
def site_place(request: StaffRequest, number: str) -> HttpResponse:
    """Put a site into its district, or on its point."""
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    data = request.POST if request.method == "POST" else None
    divisions = DivisionForm(data, code=order.address.division_code)
    form = SpotForm(data)
    if data is None or not form.is_valid():
        context = {"order": order, "divisions": divisions, "form": form}
        template = (
            "workorders/_place_form.html" if is_htmx(request) else "workorders/site_place.html"
        )
        return render(request, template, context, status=200 if data is None else 422)
    moved = relocate_site(
        address_id=order.address_id,
        division_code=divisions.code(),
        spot=form.spot(),
        actor=request.user,
    )
    sentence = ngettext(
        "Placed; %(count)d open work order follows.",
        "Placed; %(count)d open work orders follow.",
        len(moved),
    )
    messages.success(request, sentence % {"count": len(moved)})
    return finished(request, "workorders:order-detail", number)


def _products(request: StaffRequest, form: MappingForm) -> dict[str, object]:
    return {
        "products": unmapped_products(actor=request.user),
        "items": form.items(),
        "form": form,
    }
