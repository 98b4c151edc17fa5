"""The company's flows: the list, a published version, and drafts begun and thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.access import Perm, requires
from common.journal import idempotent
from workorders.flow_list import drafts, flow_shown, flows_shown, standing, versions_listed
from workorders.flow_versions import read_version
from workorders.region_variants import may_design
from workorders.requests import finished
from workorders.services.flow_drafts import discard_draft, draft_from_version

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.FLOW_VIEW)
@require_safe
def flow_list(request: StaffRequest) -> HttpResponse:
    """List the flows with their versions in use, drafts, variants and the orders that follow them."""
    flows = flows_shown()
    variants = (each for shown in flows for each in shown.variants)
    own = [each.variant for each in variants if may_design(request.user, each.draft or each.newest)]
    context = {
        "flows": flows,
        "own": own,
        "may_design": request.user.has(Perm.FLOW_DESIGN),
        "may_vary": request.user.has(Perm.FLOW_VARY),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    return render(request, "workorders/flows/list.html", context)


@requires(Perm.FLOW_VIEW)
@require_safe
def flow_version(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a published version as it is frozen, beside the others of its flow."""
    version = get_object_or_404(versions_listed(), pk=pk)
    context = {
        "version": version,
        "flow": read_version(version),
        "shown": flow_shown(version.key, version.variant),
        "counts": standing(versions_listed().filter(pk=version.pk)),
        "may_design": may_design(request.user, version),
        "crumbs": [{"url": reverse("workorders:flow-list"), "label": _("Flows")}],
    }
    return render(request, "workorders/flows/version.html", context)


@requires(Perm.FLOW_VARY)
@require_POST
@idempotent(required=True)
def version_draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Copy a version into a draft."""
    version = get_object_or_404(versions_listed(), pk=pk)
    draft = draft_from_version(version=version, actor=request.user)
    return finished(request, "workorders:flow-draft", draft.pk)


@requires(Perm.FLOW_VARY)
@require_POST
def draft_discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    draft = get_object_or_404(drafts(), pk=pk)
    discard_draft(draft_id=draft.pk, actor=request.user)
    messages.success(request, _("The draft was discarded"))
    return finished(request, "workorders:flow-list")
