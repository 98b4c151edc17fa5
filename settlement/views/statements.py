"""Pages of finance: periods, runs over all payees, and locking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.htmx import unless_unchanged
from common.journal import idempotent
from settlement.statements.csv import statements_csv
from settlement.statements.locking import lock_period
from settlement.statements.run import start_run
from settlement.statements.selectors import (
    current_run,
    findings_of,
    group_totals,
    has_earlier_run,
    period_called,
    period_cards,
    progress_of,
    run_statements,
    segments,
    sum_fen,
)
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

PAGE_SIZE = 50
_POLL_ENDS = 286


@requires(Perm.STATEMENT_VIEW)
@require_GET
def run_list(request: StaffRequest) -> HttpResponse:
    """List the periods with how far each is."""
    cards, may_see_rules = period_cards(actor=request.user), request.user.has(Perm.RULES_VIEW)
    context = {"cards": cards, "may_see_rules": may_see_rules}
    return render(request, "settlement/runs.html", context)


@requires(Perm.STATEMENT_VIEW)
@require_GET
def run_detail(request: StaffRequest, name: str) -> HttpResponse:
    """Show a period: progress or findings, totals by kind of payee, statements."""
    period = _period(name)
    run = current_run(period)
    context: dict[str, Any] = {"period": period, "run": run, "search": request.GET.get("q", "")}
    if run is not None:
        asked = {"search": context["search"], "order": request.GET.get("order", "")}
        found = run_statements(actor=request.user, run=run, **asked)
        groups = group_totals(run_statements(actor=request.user, run=run))
        context |= {
            "progress": progress_of(run),
            "findings": findings_of(run),
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "groups": groups,
            "segments": segments(groups),
            "sum_fen": sum_fen(groups),
            "compares": has_earlier_run(run),
        }
    context["may_run"] = request.user.has(Perm.STATEMENT_RUN) and request.user.sees_everything
    return render(request, "settlement/run.html", context)


@requires(Perm.STATEMENT_RUN)
@require_POST
@idempotent
def run_start(request: StaffRequest, name: str) -> HttpResponse:
    """Compute the statements of all payees of the period."""
    start_run(period_id=_period(name).pk, actor=request.user)
    return finished(request, "settlement:run-detail", name)


@requires(Perm.STATEMENT_VIEW)
@require_GET
def run_progress(request: StaffRequest, name: str) -> HttpResponse:
    """Answer the page's poll while a run computes; at its end the page loads anew."""
    run = current_run(_period(name))
    if run is None:
        raise Http404
    progress = progress_of(run)
    context = {"period": run.period, "progress": progress}
    if not progress.computing:
        response = render(request, "settlement/_run_progress.html", context, status=_POLL_ENDS)
        response["HX-Refresh"] = "true"
        return response
    return unless_unchanged(
        request,
        progress.stamp,
        lambda: render(request, "settlement/_run_progress.html", context),
    )


@requires(Perm.STATEMENT_RUN)
@require_POST
@idempotent
def period_lock(request: StaffRequest, name: str) -> HttpResponse:
    """Lock the period when its name was typed."""
    period = lock_period(
        period_id=_period(name).pk, typed=request.POST.get("typed", ""), actor=request.user
    )
    messages.success(
        request, _("%(period)s is locked. The PDFs are being made.") % {"period": period}
    )
    return finished(request, "settlement:run-detail", name)


@requires(Perm.STATEMENT_VIEW)
@require_GET
def run_csv(request: StaffRequest, name: str) -> StreamingHttpResponse:
    """Send one line per payee."""
    run = current_run(_period(name))
    if run is None:
        raise Http404
    lines = statements_csv(run_statements(actor=request.user, run=run, order="name"))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="statements-{run.period}.csv"'
    return response


def _period(name: str) -> Any:
    period = period_called(name)
    if period is None:
        raise Http404
    return period
