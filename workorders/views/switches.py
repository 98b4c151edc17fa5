"""Temporary modes: what is switched on, switching on, ending early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.access import Perm, allowed, requires
from common.htmx import unless_unchanged
from network.requests import form_page, posted
from workorders.flow_switches import all_switches, flow_switches, mode_banner, switchable
from workorders.forms.switching import SwitchForm
from workorders.requests import finished
from workorders.services.switching import end_switch, switch_on

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.FLOW_VIEW)
@require_safe
def switch_list(request: StaffRequest) -> HttpResponse:
    """Show what is, was and will be switched on, and who did it."""
    context = {
        "switches": all_switches(),
        "modes": switchable(),
        "may_switch": allowed(request.user, Perm.FLOW_DESIGN),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
    }
    return render(request, "workorders/switch_list.html", context)


@requires(Perm.ORDER_VIEW)
@require_safe
def mode_news(request: StaffRequest) -> HttpResponse:
    """Answer the poll of the banner: nothing while it says what is so."""
    banner = mode_banner()
    return unless_unchanged(
        request,
        banner.stamp,
        lambda: render(request, "workorders/_modes.html", {"banner": banner}),
    )


@requires(Perm.FLOW_DESIGN)
def switch_add(request: StaffRequest) -> HttpResponse:
    """Switch modes on for a time."""
    back = reverse("workorders:switch-list")
    start = clock.china(clock.now()).replace(second=0, microsecond=0)
    form = SwitchForm(posted(request), initial={"starts_at": start})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        switch_on(
            modes=form.chosen(),
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            reason=given["reason"],
            actor=request.user,
        )
        messages.success(request, _("Switched on: new orders follow it, running ones keep theirs"))
        return finished(request, "workorders:switch-list")
    context = {
        "title": _("Switch a mode on"),
        "lead": _(
            "New orders follow the mode from the start until the end, then the flow as it was"
            " counts again by itself. Running orders keep what they follow."
        ),
        "crumbs": [{"url": back, "label": _("Temporary modes")}],
        "action": request.path,
        "submit_label": _("Switch on"),
        "cancel_url": back,
    }
    return form_page(request, "network/form_page.html", form, context)


@requires(Perm.FLOW_DESIGN)
@require_POST
def switch_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End a switch before its time."""
    end_switch(switch=get_object_or_404(flow_switches(), pk=pk), actor=request.user)
    messages.success(request, _("Ended: new orders follow the usual flow again"))
    return finished(request, "workorders:switch-list")
