"""What a region changes of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.flow_names import flow_names
from catalog.forms.overrides import OverrideForm
from catalog.item_body import read_body
from catalog.selectors import items, managed_overrides, skill_names
from catalog.services.overrides import remove_override, save_override
from common.access import Perm, requires
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from catalog.models import RegionalOverride, ServiceItem
    from catalog.requests import StaffRequest


@requires(Perm.CATALOG_OVERRIDE)
def override_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a region change permitted parameters of an item."""
    item = get_object_or_404(items().filter(current__isnull=False), pk=pk)
    return _saved_or_shown(request, item, None)


@requires(Perm.CATALOG_OVERRIDE)
def override_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what a region changes."""
    override = get_object_or_404(managed_overrides(actor=request.user), pk=pk)
    return _saved_or_shown(request, override.item, override)


@requires(Perm.CATALOG_OVERRIDE)
@require_POST
def override_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the region inherit again."""
    override = get_object_or_404(managed_overrides(actor=request.user), pk=pk)
    remove_override(override=override, actor=request.user)
    messages.success(request, _("The region inherits again"))
    return finished(request, "catalog:item-detail", override.item_id)


def _saved_or_shown(
    request: StaffRequest, item: ServiceItem, override: RegionalOverride | None
) -> HttpResponse:
    form = OverrideForm(
        posted(request), actor=request.user, override=override, first=request.GET.dict()
    )
    if request.method == "POST" and form.is_valid():
        save_override(
            item=item,
            region=form.cleaned_data["region"],
            change=form.change(),
            actor=request.user,
            override=override,
        )
        messages.success(request, _("Saved"))
        return finished(request, "catalog:item-detail", item.pk)
    own = reverse("catalog:item-detail", args=[item.pk])
    context = {
        "title": _("Regional override of %(name)s") % {"name": item.name},
        "crumbs": [
            {"url": reverse("catalog:item-list"), "label": _("Catalog")},
            {"url": own, "label": item.name},
        ],
        "item": item,
        "version": item.current,
        "body": read_body(item.current.body) if item.current else None,
        "skill_names": skill_names(),
        "flow_names": flow_names(),
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": own,
    }
    return form_page(request, "catalog/override_form.html", form, context)
