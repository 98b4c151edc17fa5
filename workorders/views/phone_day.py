"""The installer's day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.htmx import unless_unchanged
from common.panels import panels
from workorders.phone_days import day_of
from workorders.requests import StaffRequest, is_htmx
from workorders.services.notices import mark_seen

if TYPE_CHECKING:
    from accounts.models import Installer


@requires(Perm.ORDER_WORK)
@require_GET
def today(request: StaffRequest) -> HttpResponse:
    """Show the next stop and the rest of today and tomorrow; polls get what changed."""
    day = day_of(installer=_installer(request))
    if is_htmx(request):
        part = "workorders/phone/_day.html"
        return unless_unchanged(request, day.stamp, lambda: render(request, part, {"day": day}))
    context = {"day": day, "panels": panels("phone-day", request, request.user)}
    return render(request, "workorders/phone/today.html", context)


@requires(Perm.ORDER_WORK)
@require_POST
def notice_seen(request: StaffRequest, notice_id: int) -> HttpResponse:
    """Take a notice away and show the day again."""
    mark_seen(installer=_installer(request), notice_id=notice_id)
    return redirect("workorders-phone:today")


def _installer(request: StaffRequest) -> Installer:
    installer: Installer | None = getattr(request.user, "installer", None)
    if installer is None:
        raise Http404
    return installer
