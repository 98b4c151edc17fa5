"""One published version to read: components in order, tables, a worked example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from settlement.proposals.origin import origin_of
from settlement.recompute.selectors import orders_in_reach
from settlement.rule_examples import example_of
from settlement.rule_sheets import sheet_of, version_by_id

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.RULES_VIEW)
@require_GET
def rule_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one version in full."""
    version = version_by_id(pk)
    if version is None:
        raise Http404
    context = {
        "sheet": sheet_of(version),
        "example": example_of(version, actor=request.user),
        "origin": origin_of(version),
    }
    if request.user.has(Perm.SETTLEMENT_CORRECT) and request.user.sees_everything:
        context["in_reach"] = orders_in_reach(version)
    return render(request, "settlement/rule.html", context)
