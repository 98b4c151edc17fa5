"""Rule sets to read: versions, components in order, tables, a worked example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common import clock
from common.access import Perm, requires
from settlement.rule_sheets import example_of, rule_sets, sheet_of, version_by_id
from settlement.services.rules_in_force import version_in_force

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.RULES_VIEW)
@require_GET
def rule_list(request: StaffRequest) -> HttpResponse:
    """List the rule sets with their versions; the one in force today is marked."""
    found = list(rule_sets())
    today = clock.business_day()
    in_force = {
        version.pk
        for rule_set in found
        if (version := version_in_force(industry=rule_set.industry, on=today))
    }
    return render(request, "settlement/rules.html", {"rule_sets": found, "in_force": in_force})


@requires(Perm.RULES_VIEW)
@require_GET
def rule_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one version in full."""
    version = version_by_id(pk)
    if version is None:
        raise Http404
    context = {"sheet": sheet_of(version), "example": example_of(version)}
    return render(request, "settlement/rule.html", context)
