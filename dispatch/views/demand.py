"""The forecast of jobs at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from dispatch.demand.page import demand_page

if TYPE_CHECKING:
    from accounts.requests import StaffRequest


@requires(Perm.DISPATCH_VIEW)
@require_GET
def demand(request: StaffRequest) -> HttpResponse:
    """Show what the coming days bring to the actor's cities, and how right such figures were."""
    page = str(request.GET.get("page", ""))
    view = demand_page(
        actor=request.user,
        region=str(request.GET.get("region", "")),
        page=int(page) if page.isdecimal() and len(page) < 5 else 1,
    )
    return render(request, "dispatch/demand/page.html", {"view": view})
