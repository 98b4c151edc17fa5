"""Busy business areas: the list, and the decision about one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, allowed, requires
from common.errors import refuse_unless
from common.journal import idempotent
from settlement.heat.asking import USUAL_PERCENT, decide_heat
from settlement.heat.selectors import LIMIT, areas_shown, visible_heats

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.RULES_VIEW)
@require_GET
def heat_list(request: StaffRequest) -> HttpResponse:
    """Show the business areas this person answers for, the busiest first."""
    context = {
        "areas": areas_shown(actor=request.user),
        "limit": LIMIT,
        "percent": USUAL_PERCENT,
        "may_decide": allowed(request.user, Perm.RULES_EDIT),
    }
    return render(request, "settlement/heat/list.html", context)


@requires(Perm.RULES_EDIT)
@require_POST
@idempotent
def heat_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep the price, or go on to try a higher one on the area's orders."""
    heat = get_object_or_404(visible_heats(actor=request.user), pk=pk)
    decision = request.POST.get("decision", "")
    refuse_unless(
        decision in {"keep", "raise"}, "heat.decision", _("Choose: keep the price, or raise it")
    )
    raises = decision == "raise"
    reason = request.POST.get("reason", "")
    percent = _percent(request.POST.get("percent", "")) if raises else USUAL_PERCENT
    decide_heat(heat_id=heat.pk, raises=raises, reason=reason, percent=percent, actor=request.user)
    if raises:
        messages.success(
            request,
            _("A row for %(name)s stands in the surcharges; it counts once it is put in use.")
            % {"name": heat.area.name},
        )
    if raises and allowed(request.user, Perm.DASHBOARD_BOSS):
        return redirect(f"{reverse('settlement:price-plan')}?{urlencode({'region': heat.area_id})}")
    return redirect("settlement:heat-list")


def _percent(typed: str) -> int:
    """Return a whole percentage; without one the usual, and 0, which is refused, for no number."""
    if not typed:
        return USUAL_PERCENT
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0
