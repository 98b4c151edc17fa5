"""What is done with a plan: explained, changed by hand, dropped, published and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, allowed, requires
from common.journal import idempotent
from dispatch.forms_plan import MoveForm
from dispatch.planning.adjusting import move_visit
from dispatch.planning.publishing import publish_plan, withdraw_plan
from dispatch.planning.running import cancel_plan
from dispatch.planning.selectors import visits_of_plan
from dispatch.planning.why import why_planned
from dispatch.views.plans import plan_of
from network.requests import finished

if TYPE_CHECKING:
    from accounts.requests import StaffRequest
    from dispatch.models import PlannedVisit


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def plan_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Drop a plan nothing of which was published."""
    cancel_plan(run_id=plan_of(request, pk).pk, actor=request.user)
    messages.success(request, _("The plan was dropped; nothing was assigned."))
    return finished(request, "dispatch:plan-list")


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def plan_publish(request: StaffRequest, pk: int) -> HttpResponse:
    """Assign what was planned."""
    run = publish_plan(run_id=plan_of(request, pk).pk, actor=request.user)
    return finished(request, "dispatch:plan-detail", run.pk)


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def plan_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back what nobody has set out for."""
    run = withdraw_plan(run_id=plan_of(request, pk).pk, actor=request.user)
    return finished(request, "dispatch:plan-detail", run.pk)


@requires(Perm.DISPATCH_VIEW)
@require_GET
def visit_why(request: StaffRequest, pk: int, visit_pk: int) -> HttpResponse:
    """Explain a planned order: why this person, why not the others, or why nobody."""
    why = why_planned(_visit(request, pk, visit_pk))
    context = {"why": why, "can_assign": allowed(request.user, Perm.DISPATCH_ASSIGN)}
    return render(request, "dispatch/plan/_why.html", context)


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def visit_move(request: StaffRequest, pk: int, visit_pk: int) -> HttpResponse:
    """Give a planned order to somebody else, or to nobody."""
    row = _visit(request, pk, visit_pk)
    values = MoveForm(request.POST).checked()
    installer = values["installer"]
    moved = move_visit(
        visit_id=row.pk,
        installer_id=installer if isinstance(installer, int) else None,
        actor=request.user,
    )
    messages.success(request, _("%(number)s was changed") % {"number": row.work_order.number})
    return finished(request, "dispatch:plan-detail", moved.run_id)


def _visit(request: StaffRequest, pk: int, visit_pk: int) -> PlannedVisit:
    rows = visits_of_plan(run=plan_of(request, pk))
    return get_object_or_404(rows.select_related("work_order__site_region", "run"), pk=visit_pk)
