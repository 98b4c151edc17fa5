"""Price list, materials and product mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.forms.lists import MappingForm, MaterialForm, PriceFilter
from catalog.resolve import price_list as resolved_prices
from catalog.selectors import active_items, all_materials, mappings
from catalog.services.lists import remove_mapping, save_mapping, save_material
from common.access import Perm, requires
from common.clock import business_day
from network.requests import finished, form_page, posted
from network.selectors import visible_regions

if TYPE_CHECKING:
    from catalog.requests import StaffRequest

PAGE_ROWS = 50


@requires(Perm.CATALOG_VIEW)
@require_safe
def price_list(request: StaffRequest) -> HttpResponse:
    """Show prices and minutes of all items at a place on a day."""
    regions = visible_regions(actor=request.user)
    filters = PriceFilter(request.GET or None, regions=regions)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    on = chosen.get("on") or business_day()
    context = {
        "rows": resolved_prices(active_items(), region=chosen.get("region"), on=on),
        "region": chosen.get("region"),
        "on": on,
        "filters": filters,
        "tab": "prices",
    }
    return render(request, "catalog/price_list.html", context)


@requires(Perm.CATALOG_VIEW)
@require_safe
def material_list(request: StaffRequest) -> HttpResponse:
    """Show consumables and parts with their prices."""
    page = Paginator(all_materials(), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "may_manage": request.user.has(Perm.CATALOG_MANAGE),
        "tab": "materials",
    }
    return render(request, "catalog/material_list.html", context)


@requires(Perm.CATALOG_MANAGE)
def material_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a material."""
    material = get_object_or_404(all_materials(), pk=pk) if pk else None
    form = MaterialForm(posted(request), instance=material)
    if request.method == "POST" and form.is_valid():
        save_material(material=form.filled(), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "catalog:material-list")
    title = material.name if material else _("Add a material")
    back = reverse("catalog:material-list")
    return form_page(
        request,
        "network/form_page.html",
        form,
        _context(request, title, back, _("Materials")),
    )


@requires(Perm.CATALOG_VIEW)
@require_safe
def mapping_list(request: StaffRequest) -> HttpResponse:
    """Show which product asks for which item."""
    q = request.GET.get("q", "").strip()[:64].replace("\x00", "")
    page = Paginator(mappings(q=q), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "q": q,
        "may_manage": request.user.has(Perm.CATALOG_MANAGE),
        "tab": "mappings",
    }
    return render(request, "catalog/mapping_list.html", context)


@requires(Perm.CATALOG_MANAGE)
def mapping_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add or change what a product asks for."""
    mapping = get_object_or_404(mappings(), pk=pk) if pk else None
    form = MappingForm(posted(request), instance=mapping)
    if request.method == "POST" and form.is_valid():
        save_mapping(mapping=form.save(commit=False), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "catalog:mapping-list")
    title = mapping.product_code if mapping else _("Add a product mapping")
    back = reverse("catalog:mapping-list")
    return form_page(
        request,
        "network/form_page.html",
        form,
        _context(request, title, back, _("Product mappings")),
    )


@requires(Perm.CATALOG_MANAGE)
@require_POST
def mapping_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget what a product asks for."""
    mapping = get_object_or_404(mappings(), pk=pk)
    remove_mapping(mapping=mapping, actor=request.user)
    messages.success(request, _("Removed"))
    return finished(request, "catalog:mapping-list")


def _context(request: StaffRequest, title: str, back: str, label: str) -> dict[str, object]:
    return {
        "title": title,
        "crumbs": [{"url": back, "label": label}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
