"""Tasks and progress of one's own units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import Perm, allowed, requires
from common.htmx import unless_unchanged
from dashboards.staff import staff_page
from workorders.requests import is_htmx

if TYPE_CHECKING:
    from django.http import HttpResponse

    from workorders.requests import StaffRequest


@requires(Perm.DASHBOARD_STAFF)
@require_GET
def staff(request: StaffRequest) -> HttpResponse:
    """Show what is to be done and how far each outlet is; polls get it when it changed."""
    page = staff_page(actor=request.user)
    name = "_staff" if is_htmx(request) else "staff"
    context = {"page": page, "is_boss": allowed(request.user, Perm.DASHBOARD_BOSS)}
    return unless_unchanged(
        request, page.stamp, lambda: render(request, f"dashboards/{name}.html", context)
    )
