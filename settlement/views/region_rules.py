"""What a region changes of the rules: tree, inherited values in grey, own values beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from network.trees import nested
from settlement.proposals.places import places_of
from settlement.proposals.region_drafts import RegionConflict, save_region_values
from settlement.proposals.region_page import (
    RegionSheet,
    read_values,
    region_sheet,
    regions_with_values,
)
from settlement.proposals.region_trial import region_trial
from settlement.proposals.selectors import answers_for, regions_of, rule_sets
from settlement.proposals.values import shown
from settlement.rulebook.entries import Posted
from workorders.requests import finished, is_htmx

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.RULES_VIEW)
@require_GET
def region_list(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the tree of regions with dots where a region sets values."""
    rule_set = get_object_or_404(rule_sets(), pk=pk)
    return render(request, "settlement/proposals/regions.html", _tree(request, rule_set, None))


@requires(Perm.RULES_VIEW)
@require_GET
def region_values(request: StaffRequest, pk: int, region_pk: int) -> HttpResponse:
    """Show one region's values; those who answer for it may type."""
    rule_set, region = _found(request, pk, region_pk)
    sheet = region_sheet(rule_set, region)
    context = _tree(request, rule_set, region) | _sheet(request, sheet) | _example(request, sheet)
    return render(request, "settlement/proposals/regions.html", context)


@requires(Perm.RULES_VIEW)
@require_POST
def region_values_trial(request: StaffRequest, pk: int, region_pk: int) -> HttpResponse:
    """Compute the worked example with what stands in the fields, saving nothing."""
    sheet = region_sheet(*_found(request, pk, region_pk))
    shown = region_trial(sheet, actor=request.user, posted=Posted(request.POST))
    if shown is None:
        raise Http404
    context = {"trial": shown, "url": request.path, "edits": False}
    return render(request, "settlement/rulebook/_trial.html", context)


@requires(Perm.RULES_EDIT)
@require_POST
def region_values_save(request: StaffRequest, pk: int, region_pk: int) -> HttpResponse:
    """Keep what was typed; 422 with the fields that are wrong, 409 with what somebody else saved."""
    rule_set, region = _found(request, pk, region_pk)
    typed = {name: text for name, text in request.POST.items() if name.startswith("v")}
    sheet = region_sheet(rule_set, region, {name: str(text) for name, text in typed.items()})
    if any(row.error for group in sheet.groups for row in group.rows):
        return _answer(request, rule_set, sheet, 422)
    revision = request.POST.get("revision", "")
    try:
        save_region_values(
            rule_set_id=rule_set.pk,
            region=region,
            revision=int(revision) if revision.isdecimal() else 0,
            values=read_values(sheet, {name: str(text) for name, text in typed.items()}),
            actor=request.user,
        )
    except RegionConflict as conflict:
        return _answer(request, rule_set, sheet, 409, conflict)
    messages.success(request, _("Saved. Ask for approval when the values are complete."))
    return finished(request, "settlement:region-values", rule_set.pk, region.pk)


def _found(request: StaffRequest, pk: int, region_pk: int) -> Any:
    rule_set = get_object_or_404(rule_sets(), pk=pk)
    return rule_set, get_object_or_404(regions_of(actor=request.user), pk=region_pk)


def _tree(request: StaffRequest, rule_set: Any, region: Any) -> dict[str, Any]:
    regions = list(regions_of(actor=request.user))
    marked = regions_with_values(rule_set)
    differing = frozenset(row.pk for row in regions if row.code in marked)
    return {
        "rule_set": rule_set,
        "chosen": region,
        "tree": nested(regions, chosen=region, differing=differing),
    }


def _sheet(request: StaffRequest, sheet: RegionSheet) -> dict[str, Any]:
    answers = answers_for(sheet.region, actor=request.user) and request.user.has(Perm.RULES_EDIT)
    return {"sheet": sheet, "may_edit": answers and sheet.is_editing, "answers": answers}


def _example(request: StaffRequest, sheet: RegionSheet) -> dict[str, Any]:
    """The example stands beside fields somebody may type in."""
    if not _sheet(request, sheet)["may_edit"] or not sheet.count:
        return {}
    address = [sheet.rule_set.pk, sheet.region.pk]
    return {
        "trial": region_trial(sheet, actor=request.user, posted=_posted(request)),
        "trial_url": reverse("settlement:region-values-trial", args=address),
    }


def _posted(request: StaffRequest) -> Posted | None:
    return Posted(request.POST) if request.method == "POST" else None


def _answer(
    request: StaffRequest,
    rule_set: Any,
    sheet: RegionSheet,
    status: int,
    conflict: RegionConflict | None = None,
) -> HttpResponse:
    context = _sheet(request, sheet)
    if conflict is not None:
        places = places_of(sheet.base.body if sheet.base else {})
        context["conflict"] = str(conflict)
        context["stale"] = [
            {
                "place": str(places.place(row.path)),
                "was": shown(row.path, row.was),
                "theirs": shown(row.path, row.theirs),
                "mine": shown(row.path, row.mine),
            }
            for row in conflict.rows
        ]
    if is_htmx(request):
        part = "settlement/proposals/_region_values.html"
        return render(request, part, context | {"rule_set": rule_set}, status=status)
    page = _tree(request, rule_set, sheet.region) | context | _example(request, sheet)
    return render(request, "settlement/proposals/regions.html", page, status=status)
