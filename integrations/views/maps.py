"""The page of the company's map platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.access import Perm, requires
from common.errors import Refused
from integrations.forms_maps import MapServiceForm, StreetMapForm
from integrations.services.map_service import map_service, save_map_service, try_map_service
from integrations.street_tiles import save_tiles
from integrations.views.crumbs import list_crumb
from network.requests import finished, is_htmx, posted

if TYPE_CHECKING:
    from django.http import HttpResponse

    from customers.requests import StaffRequest


@requires(Perm.CONNECTION_MANAGE)
@require_http_methods(["GET", "POST"])
def map_settings(request: StaffRequest) -> HttpResponse:
    """Show and keep which map platform is asked for ways and places."""
    service = map_service()
    form = MapServiceForm(posted(request), service=service)
    if form.is_bound and form.is_valid():
        try:
            save_map_service(
                service=form.save(commit=False), key=form.cleaned_data["key"], actor=request.user
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The map platform was saved. Try it now."))
            return finished(request, "integrations:map-settings")
    return _page(request, form, StreetMapForm(service=map_service()), "integrations/_map_form.html")


@requires(Perm.CONNECTION_MANAGE)
@require_POST
def map_tiles(request: StaffRequest) -> HttpResponse:
    """Keep where the board's street map comes from."""
    form = StreetMapForm(request.POST, service=map_service())
    if form.is_valid():
        told = form.cleaned_data
        try:
            save_tiles(
                url=told["tile_url"].strip(),
                datum=told["tile_datum"],
                credit=told["tile_credit"],
                actor=request.user,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The street map was saved."))
            return finished(request, "integrations:map-settings")
    return _page(
        request, MapServiceForm(service=map_service()), form, "integrations/_tile_form.html"
    )


@requires(Perm.CONNECTION_MANAGE)
@require_POST
def map_try(request: StaffRequest) -> HttpResponse:
    """Ask the map platform for one way and say what came back."""
    service = map_service()
    if service is None or not service.provider:
        raise Http404
    trial = try_map_service(service)
    return render(request, "integrations/_map_trial.html", {"trial": trial, "service": service})


def _page(
    request: StaffRequest, form: MapServiceForm, tile_form: StreetMapForm, part: str
) -> HttpResponse:
    context = {
        "form": form,
        "tile_form": tile_form,
        "service": map_service(),
        "crumbs": [list_crumb()],
    }
    template = part if is_htmx(request) else "integrations/map_settings.html"
    is_refused = form.is_bound or tile_form.is_bound
    return render(request, template, context, status=422 if is_refused else 200)
