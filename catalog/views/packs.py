"""Industry packs: gallery, preview, import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.flow_names import flow_names
from catalog.selectors import pack_cards
from catalog.services.pack_preview import item_changes, material_changes
from catalog.services.packs import import_pack, preview_pack
from common.access import Perm, requires
from network.requests import finished

if TYPE_CHECKING:
    from catalog.requests import StaffRequest


@requires(Perm.CATALOG_VIEW)
@require_safe
def pack_list(request: StaffRequest) -> HttpResponse:
    """Show the shipped packs and which of them this company has."""
    context = {
        "cards": pack_cards(),
        "may_manage": request.user.has(Perm.CATALOG_MANAGE),
        "tab": "packs",
    }
    return render(request, "catalog/pack_list.html", context)


@requires(Perm.CATALOG_MANAGE)
@require_safe
def pack_preview(request: StaffRequest, code: str) -> HttpResponse:
    """Show what an import would do; nothing is written."""
    _known_or_404(code)
    pack, changes = preview_pack(code)
    turned = item_changes(pack, flow_names())
    groups = [
        {
            "key": key,
            "rows": [
                (item, turned.get(item.code, ()))
                for item in pack.items
                if changes[item.code] == key
            ],
        }
        for key in ("new", "changed", "unchanged")
    ]
    context = {
        "pack": pack,
        "materials": material_changes(pack),
        "groups": groups,
        "crumbs": [{"url": reverse("catalog:pack-list"), "label": _("Industry packs")}],
    }
    return render(request, "catalog/pack_preview.html", context)


@requires(Perm.CATALOG_MANAGE)
@require_POST
def pack_import(request: StaffRequest, code: str) -> HttpResponse:
    """Import a pack; the same one again changes nothing."""
    _known_or_404(code)
    imported = import_pack(code, actor=request.user)
    messages.success(
        request,
        _("Imported: %(created)s new items, %(changed)s changed")
        % {"created": imported.created_items, "changed": imported.changed_items},
    )
    return finished(request, "catalog:item-list")


def _known_or_404(code: str) -> None:
    if code not in {card.pack.code for card in pack_cards()}:
        raise Http404
