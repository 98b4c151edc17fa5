"""The page on which a variant of a flow is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.access import Perm, requires
from common.journal import idempotent
from network.requests import form_page, posted
from workorders.flow.bodies import normal
from workorders.flow_list import versions_listed
from workorders.flow_variants import fitting
from workorders.forms.flow_variant import NewVariantForm
from workorders.requests import finished
from workorders.services.flow_variants import draft_of_variant

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.FLOW_VARY)
@require_http_methods(["GET", "POST"])
@idempotent
def variant_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a variant of a published flow."""
    base = get_object_or_404(versions_listed().filter(variant=""), pk=pk)
    overlays = [(each.key, f"{each.name} — {each.summary}") for each in fitting(normal(base.body))]
    form = NewVariantForm(posted(request), overlays=overlays)
    if request.method == "POST" and form.is_valid():
        draft = draft_of_variant(base=base, actor=request.user, **form.cleaned_data)
        return finished(request, "workorders:flow-draft", draft.pk)
    back = reverse("workorders:flow-list")
    context = {
        "title": _("A variant of %(name)s") % {"name": base.name},
        "lead": _(
            "A variant inherits the flow and does some things differently, for some orders only."
            " When the flow moves on, the variant moves with it."
        ),
        "crumbs": [{"url": back, "label": _("Flows")}],
        "action": request.path,
        "submit_label": _("Begin the variant"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)
