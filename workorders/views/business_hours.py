"""When the company works."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from common.access import Perm, requires
from network.requests import form_page, posted
from workorders.business_hours import business_hours
from workorders.forms.business_hours import BusinessHoursForm
from workorders.requests import finished
from workorders.services.business_hours import set_hours

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.CATALOG_MANAGE)
def business_hours_page(request: StaffRequest) -> HttpResponse:
    """Set the hours in which limits in business time pass."""
    back = reverse("accounts:settings")
    form = BusinessHoursForm(posted(request), initial=asdict(business_hours()))
    if request.method == "POST" and form.is_valid():
        set_hours(hours=form.hours(), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "accounts:settings")
    context = {
        "title": _("Hours of business"),
        "lead": _(
            "Stages and tasks whose limit is business time wait for nobody while the company is"
            " closed. Days worked in exchange for a holiday are workdays. Limits that run already"
            " stay as they are."
        ),
        "crumbs": [{"url": back, "label": _("Settings")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)
