"""Computing settled orders again: start, look at the differences, approve or cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, requires
from common.htmx import polled
from common.journal import idempotent
from common.refusals import refused_at
from settlement.adjustments.selectors import adjustments_of
from settlement.forms_corrections import CrewForm, FactForm, PaymentCorrectionForm
from settlement.forms_places import RegionForm, VisitsForm
from settlement.forms_recompute import RecomputeForm
from settlement.recompute.bonus_rows import bonus_rows
from settlement.recompute.running import (
    approve_recompute,
    cancel_recompute,
    reject_recompute,
    start_recompute,
)
from settlement.recompute.selectors import (
    adjusted_orders,
    both_sides,
    by_cause,
    by_payee,
    differences,
    left_alone,
    plans_otherwise,
    progress_of,
    visible_runs,
)
from settlement.recompute.spread import moved, spread, with_shares
from settlement.rule_sheets import version_by_id
from settlement.selectors import visible_settlements
from workorders.requests import finished

if TYPE_CHECKING:
    from settlement.models import RecomputeRun
    from workorders.requests import StaffRequest

PER_PAGE = 50
_VIEWS = ("payee", "cause", "order")


@requires(Perm.SETTLEMENT_CORRECT)
@require_GET
def recompute_list(request: StaffRequest) -> HttpResponse:
    """List the runs, and offer a new one over chosen orders."""
    return _list(request, RecomputeForm(actor=request.user))


@requires(Perm.SETTLEMENT_CORRECT)
@require_POST
@idempotent
def recompute_start(request: StaffRequest) -> HttpResponse:
    """Compute chosen orders again."""
    form = RecomputeForm(request.POST, actor=request.user)
    if not form.is_valid():
        return _list(request, form, status=422)
    run = start_recompute(
        asked=form.asked(),
        reason=form.cleaned_data["reason"],
        actor=request.user,
    )
    return finished(request, "settlement:recompute-detail", run.pk)


@requires(Perm.SETTLEMENT_CORRECT)
@require_POST
@idempotent
def recompute_version(request: StaffRequest, pk: int) -> HttpResponse:
    """Compute the orders within reach of a published version again."""
    version = version_by_id(pk)
    if version is None:
        raise Http404
    run = start_recompute(
        version=version,
        reason=_("Version %(number)s") % {"number": version.number},
        actor=request.user,
    )
    return finished(request, "settlement:recompute-detail", run.pk)


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def recompute_fact(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct a fact of one settled order: a proposal for this order alone."""
    return _correction(request, pk, FactForm)


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def recompute_crew(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct who did what on one settled order: a proposal for this order alone."""
    return _correction(request, pk, CrewForm)


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def recompute_payment(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct what one settled order was paid in another currency: a proposal for it alone."""
    return _correction(request, pk, PaymentCorrectionForm)


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def recompute_visits(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct from when to when one settled order was worked on: a proposal for it alone."""
    return _correction(request, pk, VisitsForm)


@requires(Perm.SETTLEMENT_CORRECT)
@require_http_methods(["GET", "POST"])
@idempotent
def recompute_region(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct in which region the site of one settled order lies: a proposal for it alone."""
    return _correction(request, pk, RegionForm)


@requires(Perm.SETTLEMENT_CORRECT)
@require_GET
def recompute_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a run: its progress, or its differences by payee, cause or order."""
    run = _run(request, pk)
    by = request.GET.get("by", "")
    by = by if by in _VIEWS else _VIEWS[0]
    asked = {key: request.GET.get(key, "")[:20] for key in ("party", "cause")}
    context: dict[str, Any] = {
        "run": run,
        "progress": progress_of(run),
        "by": by,
        "asked": asked,
        "moved": moved(run),
        "left": left_alone(run),
        "bonuses": bonus_rows(run),
        "other_days": plans_otherwise(run),
        "adjusted": 0 if run.state == "computing" else adjusted_orders(run),
        "may_cancel": run.state == "computing" or run.started_by_id == request.user.pk,
        "may_approve": request.user.has(Perm.SETTLEMENT_APPROVE)
        and run.started_by_id != request.user.pk,
    }
    found = {"payee": by_payee, "cause": by_cause}.get(by)
    rows = found(run) if found else differences(run, **asked)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    if found:
        page.object_list = with_shares(page.object_list)
    is_shown = run.totals.get("orders") and not context["progress"].working
    bars = spread(run) if is_shown else []
    return render(request, "settlement/recompute/run.html", context | {"page": page, "bars": bars})


@requires(Perm.SETTLEMENT_CORRECT)
@require_GET
def recompute_order(request: StaffRequest, pk: int, settlement_pk: int) -> HttpResponse:
    """Show both explanations of one order, payee by payee."""
    run = _run(request, pk)
    found = visible_settlements(actor=request.user).select_related(
        "version__rule_set", "work_order__settled_by__agent", "work_order__line__order"
    )
    settlement = get_object_or_404(found, pk=settlement_pk)
    sides = both_sides(run, settlement)
    if not sides:
        raise Http404
    adjusted = adjustments_of(settlement.work_order, actor=request.user)
    context = {"run": run, "settlement": settlement, "sides": sides, "adjustments": adjusted}
    return render(request, "settlement/recompute/order.html", context)


@requires(Perm.SETTLEMENT_CORRECT)
@require_GET
def recompute_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """Answer the page's poll while a run works; at its end the page loads anew."""
    progress = progress_of(_run(request, pk))
    context = {"progress": progress}
    template = "settlement/recompute/_progress.html"
    return polled(
        request,
        progress.stamp,
        lambda: render(request, template, context),
        goes_on=progress.working,
    )


@requires(Perm.SETTLEMENT_APPROVE)
@require_POST
@idempotent
def recompute_approve(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the differences be posted."""
    run = approve_recompute(run_id=_run(request, pk).pk, actor=request.user)
    messages.success(request, _("Approved. The differences are being posted."))
    return finished(request, "settlement:recompute-detail", run.pk)


@requires(Perm.SETTLEMENT_APPROVE)
@require_POST
@idempotent
def recompute_reject(request: StaffRequest, pk: int) -> HttpResponse:
    """Turn the proposal down, with a reason."""
    reason = request.POST.get("reason", "")
    run = reject_recompute(run_id=_run(request, pk).pk, reason=reason, actor=request.user)
    messages.success(request, _("Rejected. Who proposed it is told why."))
    return finished(request, "settlement:recompute-detail", run.pk)


@requires(Perm.SETTLEMENT_CORRECT)
@require_POST
@idempotent
def recompute_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Drop a run nothing of which was posted."""
    run = cancel_recompute(run_id=_run(request, pk).pk, actor=request.user)
    messages.success(request, _("Cancelled. Nothing was posted."))
    return finished(request, "settlement:recompute-detail", run.pk)


def _run(request: StaffRequest, pk: int) -> RecomputeRun:
    return get_object_or_404(visible_runs(actor=request.user), pk=pk)


def _correction(
    request: StaffRequest,
    pk: int,
    kind: type[FactForm | CrewForm | PaymentCorrectionForm | RegionForm | VisitsForm],
) -> HttpResponse:
    """A page for what counts now; what was typed for a settlement that counts no more is a 409."""
    posted = request.POST if request.method == "POST" else None
    found = visible_settlements(actor=request.user)
    settlement = get_object_or_404(
        found.filter(status="active") if posted is None else found, pk=pk
    )
    form, status = kind(posted, settlement=settlement), 422
    if form.is_valid():
        with refused_at(form) as attempt:
            run = start_recompute(
                corrects=settlement,
                asked=form.asked(),
                reason=form.cleaned_data["reason"],
                actor=request.user,
            )
        status = attempt.status
        if attempt.went_well:
            return finished(request, "settlement:recompute-detail", run.pk)
    adjusted = adjustments_of(settlement.work_order, actor=request.user)
    context = {"settlement": settlement, "form": form, "adjustments": adjusted}
    status = status if form.is_bound else 200
    return render(request, "settlement/recompute/correction.html", context, status=status)


def _list(request: StaffRequest, form: RecomputeForm, *, status: int = 200) -> HttpResponse:
    page = Paginator(visible_runs(actor=request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "may_start": request.user.sees_everything}
    return render(request, "settlement/recompute/list.html", context, status=status)
