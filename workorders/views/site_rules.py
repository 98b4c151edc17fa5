"""What the company asks of proofs from the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from common.access import Perm, requires
from network.requests import form_page, posted
from workorders.forms.site_rules import SiteRadiusForm
from workorders.requests import finished
from workorders.services.site_rules import set_radius
from workorders.site_radius import radius_m

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.CATALOG_MANAGE)
def site_radius(request: StaffRequest) -> HttpResponse:
    """Set how far from the site check-ins and photos count as being there."""
    back = reverse("accounts:settings")
    form = SiteRadiusForm(posted(request), initial={"radius": radius_m()})
    if request.method == "POST" and form.is_valid():
        set_radius(metres=form.cleaned_data["radius"], actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "accounts:settings")
    context = {
        "title": _("Proof from the site"),
        "lead": _(
            "Nobody is stopped. Beyond this distance a check-in asks for a photo and a reason, and"
            " photos taken there are marked for the office. It counts from now on."
        ),
        "crumbs": [{"url": back, "label": _("Settings")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)
