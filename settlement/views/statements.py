"""Pages of finance: periods and runs over all payees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.htmx import polled
from common.journal import idempotent
from common.language import language_now
from settlement.closing.assistant import assistant
from settlement.statements.cards import period_cards
from settlement.statements.csv import statements_csv
from settlement.statements.groups import group_totals, segments, sum_fen
from settlement.statements.kept import with_file_marks
from settlement.statements.progress import batch_progress, chosen_progress, progress_of
from settlement.statements.run import start_run
from settlement.statements.selectors import (
    current_run,
    has_earlier_run,
    period_called,
    run_statements,
)
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

PAGE_SIZE = 50


@requires(Perm.STATEMENT_VIEW)
@require_GET
def run_list(request: StaffRequest) -> HttpResponse:
    """List the periods with how far each is."""
    cards, may_see_rules = period_cards(actor=request.user), request.user.has(Perm.RULES_VIEW)
    may_close = request.user.has(Perm.PERIOD_CLOSE) and request.user.sees_everything
    context = {"cards": cards, "may_see_rules": may_see_rules, "may_close": may_close}
    return render(request, "settlement/runs.html", context)


@requires(Perm.STATEMENT_VIEW)
@require_GET
def run_detail(request: StaffRequest, name: str) -> HttpResponse:
    """Show a period: progress or findings, totals by kind of payee, statements."""
    period = called(name)
    run = current_run(period)
    context: dict[str, Any] = {"period": period, "run": run, "search": request.GET.get("q", "")}
    if run is not None:
        asked = {"search": context["search"], "order": request.GET.get("order", "")}
        found = run_statements(actor=request.user, run=run, **asked)
        groups = group_totals(run_statements(actor=request.user, run=run))
        context |= {
            "progress": progress_of(run),
            "page": Paginator(with_file_marks(found, language_now()), PAGE_SIZE).get_page(
                request.GET.get("page")
            ),
            "segments": segments(groups),
            "sum_fen": sum_fen(groups),
            "compares": has_earlier_run(run),
            "chosen": chosen_progress(run, actor=request.user),
        }
    may_run = request.user.has(Perm.STATEMENT_RUN) and request.user.sees_everything
    context |= {"may_run": may_run}
    if may_run:
        context["closing"] = assistant(period=period, actor=request.user)
        context["batch"] = batch_progress(run) if run else None
    return render(request, "settlement/run.html", context)


@requires(Perm.STATEMENT_RUN)
@require_POST
@idempotent
def run_start(request: StaffRequest, name: str) -> HttpResponse:
    """Compute the statements of all payees of the period."""
    start_run(period_id=called(name).pk, actor=request.user)
    return finished(request, "settlement:run-detail", name)


@requires(Perm.STATEMENT_VIEW)
@require_GET
def run_progress(request: StaffRequest, name: str) -> HttpResponse:
    """Answer the page's poll while a run computes; at its end the page loads anew."""
    run = current_run(called(name))
    if run is None:
        raise Http404
    progress = progress_of(run)
    context = {"period": run.period, "progress": progress}
    return polled(
        request,
        progress.stamp,
        lambda: render(request, "settlement/_run_progress.html", context),
        goes_on=progress.computing,
    )


@requires(Perm.STATEMENT_VIEW)
@require_GET
def run_csv(request: StaffRequest, name: str) -> StreamingHttpResponse:
    """Send one line per payee."""
    run = current_run(called(name))
    if run is None:
        raise Http404
    lines = statements_csv(run_statements(actor=request.user, run=run, order="name"))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="statements-{run.period}.csv"'
    return response


def called(name: str) -> Any:
    """Return the period of a name; 404 when there is none."""
    period = period_called(name)
    if period is None:
        raise Http404
    return period
