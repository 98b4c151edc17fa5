"""Which outlet serves which region: list and form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.access import Perm, allowed, requires
from network.forms.regions import TerritoryForm
from network.requests import edit_page, finished, form_context, typed
from network.selectors import territories
from network.services.territories import remove_territory, save_territory
from network.shown import shown_territory

if TYPE_CHECKING:
    from common.two_editors.seen import Shown
    from network.models import ServiceTerritory
    from network.requests import StaffRequest

PAGE_ROWS = 50


@requires(Perm.NETWORK_VIEW)
@require_safe
def territory_list(request: StaffRequest) -> HttpResponse:
    """Show the territories of the actor's outlets."""
    page = Paginator(territories(actor=request.user), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "may_manage": allowed(request.user, Perm.NETWORK_MANAGE),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    return render(request, "network/territory_list.html", context)


@requires(Perm.NETWORK_MANAGE)
def territory_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a territory."""
    territory = get_object_or_404(territories(actor=request.user), pk=pk) if pk else None
    shown = shown_territory(territory) if territory else None
    form = TerritoryForm(typed(request, shown), territory=territory)

    def save(seen: Shown | None) -> ServiceTerritory:
        return save_territory(territory=form.filled(), actor=request.user, seen=seen)

    def done(_saved: ServiceTerritory) -> HttpResponse:
        messages.success(request, _("Saved"))
        return finished(request, "network:territory-list")

    title = str(territory) if territory else _("Add a territory")
    back = reverse("network:territory-list")
    context = form_context(request, title=title, back=back, crumb=_("Service territories"))
    return edit_page(request, form, context, shown=shown, save=save, done=done)


@requires(Perm.NETWORK_MANAGE)
@require_POST
def territory_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the outlet no longer serve the region."""
    territory = get_object_or_404(territories(actor=request.user), pk=pk)
    remove_territory(territory=territory, actor=request.user)
    messages.success(request, _("Removed"))
    return finished(request, "network:territory-list")
