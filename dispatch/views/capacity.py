"""Limits of outlets: how many jobs they take on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from dispatch.appointments.setting import remove_limit, save_limit, visible_limits
from dispatch.forms_capacity import CapacityForm
from network.order_types import order_type_names
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from accounts.requests import StaffRequest
    from dispatch.models import CapacityLimit

_LIST = "dispatch:capacity-list"


@requires(Perm.ROSTER_MANAGE)
@require_GET
def capacity_list(request: StaffRequest) -> HttpResponse:
    """Show the limits of the actor's outlets."""
    names = order_type_names()
    rows = list(visible_limits(actor=request.user))
    for each in rows:
        each.words = names.get(each.order_type, _("All"))  # type: ignore[attr-defined]  # for the page
    context = {"rows": rows, "crumbs": [_crumb()]}
    return render(request, "dispatch/capacity_list.html", context)


@requires(Perm.ROSTER_MANAGE)
def capacity_add(request: StaffRequest) -> HttpResponse:
    """Add a limit."""
    return _page(request, None, _("Add a limit"))


@requires(Perm.ROSTER_MANAGE)
def capacity_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a limit."""
    limit = get_object_or_404(visible_limits(actor=request.user), pk=pk)
    return _page(request, limit, limit.unit.name)


@requires(Perm.ROSTER_MANAGE)
@require_POST
def capacity_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a limit away."""
    limit = get_object_or_404(visible_limits(actor=request.user), pk=pk)
    remove_limit(limit=limit, actor=request.user)
    messages.success(request, _("Saved"))
    return finished(request, _LIST)


def _page(request: StaffRequest, limit: CapacityLimit | None, title: str) -> HttpResponse:
    form = CapacityForm(posted(request), instance=limit, actor=request.user)
    if request.method == "POST" and form.is_valid():
        save_limit(limit=form.save(commit=False), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, _LIST)
    context = {
        "title": title,
        "lead": _(
            "Customers and shops cannot book beyond it; dispatchers need a reason. Urgent orders"
            " may use what is kept for emergencies."
        ),
        "crumbs": [_crumb(), {"url": reverse(_LIST), "label": _("Capacity")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": reverse(_LIST),
    }
    return form_page(request, "network/form_page.html", form, context)


def _crumb() -> dict[str, str]:
    return {"url": reverse("dispatch:roster"), "label": _("Roster")}
