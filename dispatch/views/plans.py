"""Plans of a day: listed, started, watched, looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, allowed, requires
from common.htmx import polled
from common.journal import idempotent
from dispatch.forms_plan import PlanForm
from dispatch.planning.running import start_plan
from dispatch.planning.screens import plan_page, progress_of_plan
from dispatch.planning.selectors import visible_plans
from network.requests import finished

if TYPE_CHECKING:
    from accounts.requests import StaffRequest
    from dispatch.models import PlanRun

PER_PAGE = 20


@requires(Perm.DISPATCH_VIEW)
@require_GET
def plan_list(request: StaffRequest) -> HttpResponse:
    """List the plans of the actor's outlets, and offer a new one."""
    return _list(request, PlanForm(actor=request.user))


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def plan_start(request: StaffRequest) -> HttpResponse:
    """Begin a plan of a day."""
    form = PlanForm(request.POST, actor=request.user)
    if not form.is_valid():
        return _list(request, form, status=422)
    run = start_plan(
        day=form.cleaned_data["day"],
        outlets=list(form.cleaned_data["outlets"]),
        actor=request.user,
    )
    return finished(request, "dispatch:plan-detail", run.pk)


@requires(Perm.DISPATCH_VIEW)
@require_GET
def plan_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a plan: how far it is, or everybody's day with what has no place."""
    can_assign = allowed(request.user, Perm.DISPATCH_ASSIGN)
    plan = plan_page(
        plan_of(request, pk), page=request.GET.get("page", "")[:4], can_assign=can_assign
    )
    return render(request, "dispatch/plan/page.html", {"plan": plan, "can_assign": can_assign})


@requires(Perm.DISPATCH_VIEW)
@require_GET
def plan_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer the page's poll while a worker is at it; at its end the page loads anew."""
    progress = progress_of_plan(plan_of(request, pk))
    return polled(
        request,
        progress.stamp,
        lambda: render(request, "dispatch/plan/_progress.html", {"progress": progress}),
        goes_on=progress.working,
    )


def plan_of(request: StaffRequest, pk: int) -> PlanRun:
    """Return a plan the person may see, else 404."""
    return get_object_or_404(visible_plans(actor=request.user), pk=pk)


def _list(request: StaffRequest, form: PlanForm, *, status: int = 200) -> HttpResponse:
    found = visible_plans(actor=request.user).prefetch_related("outlets")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    can_assign = allowed(request.user, Perm.DISPATCH_ASSIGN)
    context = {"page": page, "form": form, "can_assign": can_assign}
    return render(request, "dispatch/plan/list.html", context, status=status)
