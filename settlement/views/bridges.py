"""From the period before to this one: the change of money by cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from settlement.bridges.payees import kinds_of_payees, whose
from settlement.bridges.selectors import bridge
from settlement.views.statements import called

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.STATEMENT_VIEW)
@require_GET
def period_bridge(request: StaffRequest, name: str) -> HttpResponse:
    """Show the bridge of all payees, a kind or one of them; to htmx the picture alone."""
    asked = whose(request.GET.get("of", ""), actor=request.user)
    if asked is None:
        raise Http404
    context = {"bridge": bridge(period=called(name), whose=asked), "whose": asked}
    if request.headers.get("HX-Request"):
        return render(request, "settlement/bridges/_picture.html", context)
    context["kinds"] = kinds_of_payees(actor=request.user)
    return render(request, "settlement/bridges/bridge.html", context)
