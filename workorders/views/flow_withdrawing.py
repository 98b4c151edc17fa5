"""Withdrawing a flow or variant from new orders, and bringing it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.access import Perm, requires
from network.requests import form_page, posted
from workorders.flow_list import versions_listed
from workorders.flow_withdrawal import what_follows, why_not_withdrawn
from workorders.requests import finished
from workorders.services.flow_withdrawing import bring_flow_back, withdraw_flow

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.FLOW_DESIGN)
@require_http_methods(["GET", "POST"])
def flow_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what follows when a flow or variant is withdrawn, and withdraw it."""
    version = get_object_or_404(versions_listed(), pk=pk)
    if request.method == "POST":
        withdraw_flow(version_id=version.pk, actor=request.user)
        messages.success(request, _("“%(name)s” was withdrawn") % {"name": version.name})
        return finished(request, "workorders:flow-list")
    back = reverse("workorders:flow-list")
    context = {
        "title": _("Withdraw %(name)s") % {"name": version.name},
        "lead": why_not_withdrawn(version) or what_follows(version),
        "crumbs": [{"url": back, "label": _("Flows")}],
        "action": request.path,
        "submit_label": _("Withdraw it"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", Form(posted(request)), context)


@requires(Perm.FLOW_DESIGN)
@require_POST
def flow_bring_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Let new orders follow a withdrawn flow or variant again."""
    version = get_object_or_404(versions_listed(), pk=pk)
    bring_flow_back(version_id=version.pk, actor=request.user)
    messages.success(request, _("New orders may follow “%(name)s” again") % {"name": version.name})
    return finished(request, "workorders:flow-list")
