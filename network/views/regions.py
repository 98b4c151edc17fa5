"""The tree of regions with inherited values, and the forms of regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.access import Perm, allowed, requires
from common.panels import panels
from network.divisions import division
from network.forms.regions import RegionForm, SeedForm
from network.requests import edit_page, finished, form_page, posted, typed
from network.selectors import (
    region_values,
    regions_with_own_values,
    territories,
    visible_regions,
)
from network.services.regions import restore_inheritance, save_region
from network.services.seeding import seed_regions
from network.shown import shown_region
from network.trees import nested

if TYPE_CHECKING:
    from common.two_editors.seen import Shown
    from network.models import Region
    from network.requests import StaffRequest


@requires(Perm.NETWORK_VIEW)
@require_safe
def region_tree(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Show the regions as a tree, and one of them with its own and inherited values."""
    regions = visible_regions(actor=request.user)
    chosen = get_object_or_404(regions, pk=pk) if pk else None
    context: dict[str, object] = {
        "tree": nested(regions, chosen=chosen, differing=regions_with_own_values()),
        "chosen": chosen,
        "may_manage": allowed(request.user, Perm.NETWORK_MANAGE),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    if chosen:
        codes = chosen.divisions.order_by("code").values_list("code", flat=True)
        context |= {
            "values": region_values(chosen),
            "divisions": [(code, place.name) for code in codes if (place := division(code))],
            "served_by": territories(actor=request.user).filter(region=chosen),
            "panels": panels("region", request, chosen),
        }
    return render(request, "network/region_tree.html", context)


@requires(Perm.NETWORK_MANAGE)
def region_add(request: StaffRequest) -> HttpResponse:
    """Add a region of the company's own; `?parent=` says below which."""
    parent = request.GET.get("parent", "")
    initial = {"parent": int(parent)} if parent.isdecimal() else {}
    form = RegionForm(posted(request), initial=initial)
    return _saved_or_shown(request, form, _("Add a region"), None)


@requires(Perm.NETWORK_MANAGE)
def region_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a region; empty values are inherited."""
    region = get_object_or_404(visible_regions(actor=request.user), pk=pk)
    codes = region.divisions.values_list("code", flat=True)
    shown = shown_region(region, codes)
    form = RegionForm(typed(request, shown), instance=region)
    return _saved_or_shown(request, form, region.name, region, shown)


@requires(Perm.NETWORK_MANAGE)
@require_POST
def region_restore(request: StaffRequest, pk: int, field: str) -> HttpResponse:
    """Take a value of the region's own away."""
    region = get_object_or_404(visible_regions(actor=request.user), pk=pk)
    restore_inheritance(region_id=region.pk, field=field, actor=request.user)
    messages.success(request, _("The value from above applies again"))
    return finished(request, "network:region-detail", pk)


@requires(Perm.NETWORK_MANAGE)
def region_seed(request: StaffRequest) -> HttpResponse:
    """Make regions out of provinces and cities."""
    form = SeedForm(posted(request))
    if request.method == "POST" and form.is_valid():
        seed_regions(codes=form.codes(), branches=form.branches(), actor=request.user)
        messages.success(request, _("The regions are there, with starting levels for each city"))
        return finished(request, "network:region-tree")
    context = {
        "title": _("Add regions of China"),
        "lead": _(
            "Big region, province and cities come with city level, price band and cost level to"
            " start from. What exists already stays as it is."
        ),
        "crumbs": [_tree_crumb()],
        "action": request.path,
        "submit_label": _("Add these regions"),
        "cancel_url": reverse("network:region-tree"),
    }
    return form_page(request, "network/form_page.html", form, context)


def _saved_or_shown(
    request: StaffRequest,
    form: RegionForm,
    title: str,
    region: Region | None,
    shown: Shown | None = None,
) -> HttpResponse:
    def save(seen: Shown | None) -> Region:
        codes = form.cleaned_data["codes"]
        return save_region(region=form.filled(), divisions=codes, actor=request.user, seen=seen)

    def done(saved: Region) -> HttpResponse:
        messages.success(request, _("%(name)s is saved") % {"name": saved.name})
        return finished(request, "network:region-detail", saved.pk)

    back = reverse("network:region-detail", args=[region.pk]) if region else ""
    context = {
        "title": title,
        "crumbs": [_tree_crumb()],
        "action": request.get_full_path(),
        "submit_label": _("Save"),
        "cancel_url": back or reverse("network:region-tree"),
    }
    return edit_page(request, form, context, shown=shown, save=save, done=done)


def _tree_crumb() -> dict[str, str]:
    return {"url": reverse("network:region-tree"), "label": _("Regions")}
