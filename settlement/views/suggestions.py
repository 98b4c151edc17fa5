"""Suggested prices from what orders brought and took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from settlement.suggestions.reckoning import LEAST_ORDERS
from settlement.suggestions.selectors import suggestions_shown

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.DASHBOARD_BOSS)
@require_GET
def suggestion_list(request: StaffRequest) -> HttpResponse:
    """List services and cities whose price does not fit what they cost, the largest gap first."""
    context = {
        "shown": suggestions_shown(actor=request.user),
        "least": LEAST_ORDERS,
        "may_price": request.user.has(Perm.CATALOG_OVERRIDE),
    }
    return render(request, "settlement/suggestions/list.html", context)
