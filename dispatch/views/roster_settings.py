"""Kinds of shift and the rule of the rosters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from dispatch.forms_shifts import RosterRuleForm, ShiftPatternForm
from dispatch.rosters.patterns import minutes_of
from dispatch.rosters.rule import roster_rule
from dispatch.rosters.settings import own_patterns, save_pattern, save_rule, visible_patterns
from dispatch.rosters.usual import add_usual_patterns
from network.requests import finished, form_page, posted

if TYPE_CHECKING:
    from accounts.requests import StaffRequest
    from dispatch.models import ShiftPattern

_LIST = "dispatch:pattern-list"


@requires(Perm.ROSTER_MANAGE)
@require_GET
def pattern_list(request: StaffRequest) -> HttpResponse:
    """Show the kinds of shift of the actor's units and of the company."""
    own = set(own_patterns(actor=request.user).values_list("pk", flat=True))
    rows = [
        {"pattern": each, "minutes": minutes_of(each), "is_own": each.pk in own}
        for each in visible_patterns(actor=request.user)
    ]
    context = {"rows": rows, "crumbs": [_crumb()]}
    return render(request, "dispatch/pattern_list.html", context)


@requires(Perm.ROSTER_MANAGE)
@require_POST
def pattern_usual(request: StaffRequest) -> HttpResponse:
    """Begin with the usual shifts."""
    add_usual_patterns(actor=request.user)
    messages.success(request, _("Saved"))
    return finished(request, _LIST)


@requires(Perm.ROSTER_MANAGE)
def pattern_add(request: StaffRequest) -> HttpResponse:
    """Add a kind of shift."""
    return _pattern_page(request, None, _("Add a shift"))


@requires(Perm.ROSTER_MANAGE)
def pattern_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a kind of shift of one's own units."""
    pattern = get_object_or_404(own_patterns(actor=request.user), pk=pk)
    return _pattern_page(request, pattern, pattern.name)


@requires(Perm.CATALOG_MANAGE)
def roster_rule_edit(request: StaffRequest) -> HttpResponse:
    """Set the rules of rest and how much work a shift is."""
    form = RosterRuleForm(posted(request), instance=roster_rule())
    if request.method == "POST" and form.is_valid():
        save_rule(rule=form.rule(), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, "accounts:settings")
    context = {
        "title": _("Rules of the rosters"),
        "lead": _(
            "A proposal breaks none of them. Who plans by hand is told which one a shift breaks."
            " Jobs per shift turn the expected work into people."
        ),
        "crumbs": [{"url": reverse("accounts:settings"), "label": _("Settings")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": reverse("accounts:settings"),
    }
    return form_page(request, "network/form_page.html", form, context)


def _pattern_page(request: StaffRequest, pattern: ShiftPattern | None, title: str) -> HttpResponse:
    form = ShiftPatternForm(posted(request), instance=pattern, actor=request.user)
    if request.method == "POST" and form.is_valid():
        save_pattern(pattern=form.save(commit=False), actor=request.user)
        messages.success(request, _("Saved"))
        return finished(request, _LIST)
    context = {
        "title": title,
        "lead": _("Shifts that are planned already stay as they are."),
        "crumbs": [_crumb(), {"url": reverse(_LIST), "label": _("Shifts")}],
        "action": request.path,
        "submit_label": _("Save"),
        "cancel_url": reverse(_LIST),
    }
    return form_page(request, "network/form_page.html", form, context)


def _crumb() -> dict[str, str]:
    return {"url": reverse("dispatch:roster"), "label": _("Roster")}
