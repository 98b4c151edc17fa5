"""Service items: list, page, and the form that publishes a new version."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.flow_names import flow_names
from catalog.forms.items import ItemEditor
from catalog.forms.lists import ItemFilter
from catalog.item_body import read_body
from catalog.selectors import (
    filtered_items,
    items,
    managed_overrides,
    material_names,
    skill_names,
    versions,
    visible_overrides,
)
from catalog.services.items import publish_edit, publish_item, set_item_active, set_warranty
from catalog.services.videos import keep_video
from common.access import Perm, requires
from common.panels import panels
from network.order_types import order_type_names
from network.requests import finished, is_htmx, posted

if TYPE_CHECKING:
    from catalog.requests import StaffRequest

PAGE_ROWS = 50


@requires(Perm.CATALOG_VIEW)
@require_safe
def item_list(request: StaffRequest) -> HttpResponse:
    """Show the items of the company."""
    filters = ItemFilter(request.GET or None)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    page = Paginator(filtered_items(chosen=chosen), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "filters": filters,
        "may_manage": request.user.has(Perm.CATALOG_MANAGE),
        "tab": "items",
    }
    return render(request, "catalog/item_list.html", context)


@requires(Perm.CATALOG_VIEW)
@require_safe
def item_detail(request: StaffRequest, pk: int, number: int | None = None) -> HttpResponse:
    """Show an item as it is, or as one of its versions was."""
    item = get_object_or_404(items(), pk=pk)
    known = versions(item)
    version = get_object_or_404(known, number=number) if number else item.current
    managed = managed_overrides(actor=request.user).filter(item=item)
    may_override = request.user.has(Perm.CATALOG_OVERRIDE)
    own = set(managed.values_list("pk", flat=True)) if may_override else set()
    context = {
        "item": item,
        "version": version,
        "body": read_body(version.body) if version else None,
        "versions": known,
        "is_old": version is not None and version.pk != item.current_id,
        "overrides": [
            {
                "row": row,
                "is_own": row.pk in own,
                "panels": panels("service-item-override", request, row) if item.is_active else [],
            }
            for row in visible_overrides(actor=request.user).filter(item=item)
        ],
        "material_names": material_names(),
        "skill_names": skill_names(),
        "flow_names": flow_names(),
        "order_types": order_type_names(),
        "may_manage": request.user.has(Perm.CATALOG_MANAGE),
        "may_override": may_override,
        "crumbs": [_list_crumb()],
        "panels": panels("service-item", request, item) if item.is_active else [],
    }
    return render(request, "catalog/item_detail.html", context)


@requires(Perm.CATALOG_MANAGE)
def item_add(request: StaffRequest) -> HttpResponse:
    """Publish the first version of an item of the company's own."""
    editor = ItemEditor(posted(request), item=None, body=None)
    editor.take_videos(request.FILES, partial(keep_video, actor=request.user))
    if request.method == "POST" and editor.is_valid():
        version = publish_item(
            body=editor.item_body(),
            industry=editor.facts.cleaned_data["industry"],
            actor=request.user,
        )
        set_warranty(item_id=version.item_id, days=editor.warranty_days, actor=request.user)
        messages.success(request, _("%(name)s is published") % {"name": version.name})
        return finished(request, "catalog:item-detail", version.item_id)
    context = {"title": _("Add a service item"), "crumbs": [_list_crumb()]}
    return _editor_page(request, editor, context, reverse("catalog:item-list"))


@requires(Perm.CATALOG_MANAGE)
def item_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Publish a new version; orders under way keep theirs."""
    item = get_object_or_404(items().filter(current__isnull=False), pk=pk)
    current = item.current
    assert current is not None  # noqa: S101  (the filter above)
    editor = ItemEditor(posted(request), item=item, body=read_body(current.body))
    editor.take_videos(request.FILES, partial(keep_video, actor=request.user))
    base = request.POST.get("base", "")
    if request.method == "POST" and editor.is_valid():
        version = publish_edit(
            item_id=item.pk,
            base_number=int(base) if base.isdecimal() and len(base) < 8 else 0,
            body=editor.item_body(),
            actor=request.user,
        )
        set_warranty(item_id=version.item_id, days=editor.warranty_days, actor=request.user)
        messages.success(request, _("Version %(number)s is published") % {"number": version.number})
        return finished(request, "catalog:item-detail", item.pk)
    own = reverse("catalog:item-detail", args=[item.pk])
    context = {
        "title": _("Edit %(name)s") % {"name": item.name},
        "crumbs": [_list_crumb(), {"url": own, "label": item.name}],
        "base": base or current.number,
    }
    return _editor_page(request, editor, context, own)


@requires(Perm.CATALOG_MANAGE)
@require_POST
def item_switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw an item from new orders, or offer it again."""
    item = get_object_or_404(items(), pk=pk)
    set_item_active(item_id=item.pk, active=not item.is_active, actor=request.user)
    messages.success(request, _("Saved"))
    return finished(request, "catalog:item-detail", pk)


def _editor_page(
    request: StaffRequest, editor: ItemEditor, context: dict[str, Any], cancel_url: str
) -> HttpResponse:
    template = "catalog/_item_form.html" if is_htmx(request) else "catalog/item_form.html"
    context |= {"editor": editor, "action": request.path, "cancel_url": cancel_url}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _list_crumb() -> dict[str, str]:
    return {"url": reverse("catalog:item-list"), "label": _("Catalog")}
