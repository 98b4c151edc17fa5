"""The setting of whether customers may ask for repairs without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from common.access import Perm, requires
from network.requests import form_page, posted
from workorders.forms.request_door import RequestDoorForm
from workorders.request_door import request_door
from workorders.requests import finished
from workorders.services.request_door import set_request_door

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.CATALOG_MANAGE)
def door(request: StaffRequest) -> HttpResponse:
    """Open or close it."""
    back = reverse("accounts:settings")
    form = RequestDoorForm(posted(request), initial=request_door()._asdict())
    if request.method == "POST" and form.is_valid():
        set_request_door(
            is_open=form.cleaned_data["is_open"],
            hint=form.cleaned_data["hint"],
            actor=request.user,
        )
        messages.success(request, _("Saved"))
        return finished(request, "accounts:settings")
    address = request.build_absolute_uri(reverse("workorders-public:repair"))
    context = {
        "title": _("Repair requests"),
        "lead": _("The address to print or to send: %(address)s") % {"address": address},
        "crumbs": [{"url": back, "label": _("Settings")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)
