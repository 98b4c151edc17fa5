"""The tree of units, and the form of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.access import Perm, allowed, requires
from network.forms.units import UnitForm
from network.requests import edit_page, finished, posted, typed
from network.selectors import territories, unit_rows, visible_units
from network.services.units import save_unit
from network.shown import shown_unit
from network.trees import nested

if TYPE_CHECKING:
    from common.two_editors.seen import Shown
    from network.models import OrgUnit
    from network.requests import StaffRequest


@requires(Perm.NETWORK_VIEW)
@require_safe
def unit_tree(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Show the units of the actor's scope as a tree, and one of them."""
    units = visible_units(actor=request.user)
    chosen = get_object_or_404(unit_rows().filter(pk__in=units), pk=pk) if pk else None
    context = {
        "tree": nested(units, chosen=chosen),
        "chosen": chosen,
        "serves": territories(actor=request.user).filter(outlet=chosen) if chosen else (),
        "may_manage": allowed(request.user, Perm.NETWORK_MANAGE),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    return render(request, "network/unit_tree.html", context)


@requires(Perm.NETWORK_MANAGE)
def unit_add(request: StaffRequest) -> HttpResponse:
    """Add a unit; `?parent=` says below which."""
    parent = request.GET.get("parent", "")
    initial = {"parent": int(parent)} if parent.isdecimal() else {}
    form = UnitForm(posted(request), initial={"is_active": True, **initial})
    return _saved_or_shown(request, form, _("Add a unit"), reverse("network:unit-tree"))


@requires(Perm.NETWORK_MANAGE)
def unit_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a unit; its subtree moves along with it."""
    unit = get_object_or_404(visible_units(actor=request.user), pk=pk)
    shown = shown_unit(unit)
    form = UnitForm(typed(request, shown), unit=unit)
    back = reverse("network:unit-detail", args=[pk])
    return _saved_or_shown(request, form, unit.name, back, shown)


def _saved_or_shown(
    request: StaffRequest,
    form: UnitForm,
    title: str,
    cancel_url: str,
    shown: Shown | None = None,
) -> HttpResponse:
    def save(seen: Shown | None) -> OrgUnit:
        return save_unit(unit=form.filled(), actor=request.user, seen=seen)

    def done(saved: OrgUnit) -> HttpResponse:
        messages.success(request, _("%(name)s is saved") % {"name": saved.name})
        return finished(request, "network:unit-detail", saved.pk)

    context = {
        "title": title,
        "crumbs": [{"url": reverse("network:unit-tree"), "label": _("Units")}],
        "action": request.get_full_path(),
        "submit_label": _("Save"),
        "cancel_url": cancel_url,
    }
    return edit_page(request, form, context, shown=shown, save=save, done=done)
