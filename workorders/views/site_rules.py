"""What the company asks of proofs from the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from common.access import Perm, requires
from network.requests import form_page, posted
from workorders.forms.site_rules import SiteRulesForm
from workorders.happened import offline_hours
from workorders.requests import finished
from workorders.services.site_rules import set_site_rules
from workorders.site_radius import radius_m

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.CATALOG_MANAGE)
def site_radius(request: StaffRequest) -> HttpResponse:
    """Set how far from the site counts as being there, and how old a phone's word may be."""
    back = reverse("accounts:settings")
    known = {"radius": radius_m(), "hours": offline_hours()}
    form = SiteRulesForm(posted(request), initial=known)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        set_site_rules(metres=said["radius"], hours=said["hours"], actor=request.user)
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
