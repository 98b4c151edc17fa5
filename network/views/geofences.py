"""The named points that prices may refer to: list and form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, allowed, requires
from network.forms.tiers import GeofenceForm
from network.geofences import geofences
from network.requests import edit_page, finished, form_context, typed
from network.services.geofences import remove_geofence, save_geofence
from network.shown import shown_geofence

if TYPE_CHECKING:
    from common.two_editors.seen import Shown
    from network.models import Geofence
    from network.requests import StaffRequest


@requires(Perm.NETWORK_VIEW)
@require_GET
def geofence_list(request: StaffRequest) -> HttpResponse:
    """Show the geofences; rules name them by their code."""
    context = {
        "geofences": geofences(),
        "may_manage": allowed(request.user, Perm.NETWORK_MANAGE),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    return render(request, "network/geofence_list.html", context)


@requires(Perm.NETWORK_MANAGE)
def geofence_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a geofence."""
    geofence = get_object_or_404(geofences(), pk=pk) if pk else None
    shown = shown_geofence(geofence) if geofence else None
    form = GeofenceForm(typed(request, shown), geofence=geofence)

    def save(seen: Shown | None) -> Geofence:
        return save_geofence(geofence=form.filled(), actor=request.user, seen=seen)

    def done(_saved: Geofence) -> HttpResponse:
        messages.success(request, _("Saved"))
        return finished(request, "network:geofence-list")

    title = str(geofence) if geofence else _("Add a geofence")
    back = reverse("network:geofence-list")
    context = form_context(request, title=title, back=back, crumb=_("Geofences"))
    return edit_page(request, form, context, shown=shown, save=save, done=done)


@requires(Perm.NETWORK_MANAGE)
@require_POST
def geofence_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a geofence away."""
    geofence = get_object_or_404(geofences(), pk=pk)
    remove_geofence(geofence=geofence, actor=request.user)
    messages.success(request, _("Removed"))
    return finished(request, "network:geofence-list")
