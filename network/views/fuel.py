"""What is recorded about the fuel price: list and form; rules compensate freight with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.access import Perm, allowed, requires
from network.forms.fuel import FuelForm
from network.place_facts import place_facts
from network.requests import finished, form_page, posted
from network.selectors import managed_regions
from network.services.place_facts import record_fuel_change

if TYPE_CHECKING:
    from network.requests import StaffRequest

PAGE_ROWS = 50


@requires(Perm.NETWORK_VIEW)
@require_GET
def fuel_list(request: StaffRequest) -> HttpResponse:
    """Show what was recorded, the newest first."""
    context = {
        "page": Paginator(place_facts(), PAGE_ROWS).get_page(request.GET.get("page")),
        "may_record": allowed(request.user, Perm.RULES_EDIT),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    return render(request, "network/fuel_list.html", context)


@requires(Perm.RULES_EDIT)
def fuel_add(request: StaffRequest) -> HttpResponse:
    """Record a change for a region, or by headquarters for all of them."""
    actor = request.user
    form = FuelForm(
        posted(request), regions=managed_regions(actor=actor), everywhere=actor.sees_everything
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        record_fuel_change(
            region=given["region"], value_bp=form.value_bp(), from_day=given["from_day"],
            source=given["source"], actor=actor,
        )  # fmt: skip
        messages.success(request, _("Saved"))
        return finished(request, "network:fuel-list")
    back = reverse("network:fuel-list")
    context = {
        "title": _("Record a change"),
        "lead": _("It counts for orders completed from this day on; what is settled stays."),
        "crumbs": [{"url": back, "label": _("Fuel price")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)
