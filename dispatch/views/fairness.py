"""How work and pay are shared in a unit, for the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from dispatch.forms_roster import WeekForm
from dispatch.rosters.reading import roster_units
from dispatch.sharing import team_shares

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import StaffRequest


@requires(Perm.DISPATCH_VIEW)
@require_GET
def fairness(request: StaffRequest) -> HttpResponse:
    """Show offers, jobs, hours and pay of everybody in one of the actor's units."""
    units = list(roster_units(actor=request.user))
    form = WeekForm(request.GET, actor=request.user)
    form.is_valid()
    unit = form.cleaned_data.get("unit") or (units[0] if units else None)
    context = {
        "units": units,
        "unit": unit,
        "shares": team_shares(unit) if unit else None,
        "crumbs": [{"url": reverse("dispatch:roster"), "label": _("Roster")}],
    }
    return render(request, "dispatch/fairness.html", context)
