"""The page of one customer, and what is noted about their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.panels import panels
from customers.forms import SiteNoteForm
from customers.selectors import visible_addresses, visible_customers
from customers.services.addresses import note_site

if TYPE_CHECKING:
    from customers.requests import StaffRequest


@requires(Perm.CUSTOMER_VIEW)
@require_GET
def customer_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a customer's contacts and places; higher packages add what they know."""
    customer = get_object_or_404(visible_customers(actor=request.user), pk=pk)
    addresses = customer.addresses.select_related("region").order_by("pk")
    context = {
        "customer": customer,
        "contacts": list(customer.contacts.order_by("pk")),
        "places": [(each, panels("customer-address", request, each)) for each in addresses],
        "panels": panels("customer", request, customer),
    }
    return render(request, "customers/customer_detail.html", context)


@requires(Perm.ORDER_EDIT)
@require_POST
def address_note(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep what the installer should know of a place."""
    address = get_object_or_404(visible_addresses(actor=request.user), pk=pk)
    form = SiteNoteForm(request.POST)
    if form.is_valid():
        note_site(address_id=address.pk, note=form.cleaned_data["note"], actor=request.user)
        messages.success(request, _("The site notes were saved."))
    else:
        messages.error(request, _("The site notes take 200 characters at most."))
    return redirect("customers:customer-detail", address.customer_id)
