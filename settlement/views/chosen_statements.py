"""Statements chosen in the list of a period as one ZIP; everybody has the last one they asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.htmx import unless_unchanged
from common.journal import idempotent
from common.language import language_now
from settlement.statements.batch import batch_file, cancel_batch, resume_batch, start_chosen
from settlement.statements.progress import chosen_progress
from settlement.statements.selectors import run_statements
from settlement.views.statement_batches import current
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.STATEMENT_VIEW)
@require_GET
def chosen(request: StaffRequest, name: str) -> HttpResponse:
    """Show how far the ZIP is; answers the page's poll."""
    run = current(name)
    progress = chosen_progress(run, actor=request.user)
    context = {"period": run.period, "progress": progress}
    return unless_unchanged(
        request, progress.stamp, lambda: render(request, "settlement/_chosen.html", context)
    )


@requires(Perm.STATEMENT_VIEW)
@require_POST
@idempotent
def chosen_start(request: StaffRequest, name: str) -> HttpResponse:
    """Have the ZIP of the chosen statements made."""
    start_chosen(
        run_id=current(name).pk,
        statement_ids=_ids(request.POST.getlist("statement")),
        actor=request.user,
        language=language_now(),
    )
    return finished(request, "settlement:run-detail", name)


@requires(Perm.STATEMENT_VIEW)
@require_POST
@idempotent
def chosen_cancel(request: StaffRequest, name: str) -> HttpResponse:
    """Stop making the ZIP."""
    cancel_batch(batch_id=_own(request, name).pk, actor=request.user)
    return finished(request, "settlement:run-detail", name)


@requires(Perm.STATEMENT_VIEW)
@require_POST
@idempotent
def chosen_resume(request: StaffRequest, name: str) -> HttpResponse:
    """Go on with a stopped ZIP."""
    resume_batch(batch_id=_own(request, name).pk, actor=request.user)
    return finished(request, "settlement:run-detail", name)


@requires(Perm.STATEMENT_VIEW)
@require_GET
def chosen_download(request: StaffRequest, name: str) -> FileResponse:
    """Send the ready ZIP to who made it, as long as they may read all that is in it."""
    batch = _own(request, name)
    seen = run_statements(actor=request.user, run=batch.run).filter(pk__in=batch.chosen)
    if seen.count() != len(batch.chosen):
        raise Http404
    return FileResponse(
        batch_file(batch),
        as_attachment=True,
        filename=f"statements-{name}-chosen.zip",
        content_type="application/zip",
    )


def _ids(typed: list[str]) -> set[int]:
    return {int(one) for one in typed if one.isdecimal() and len(one) < 19}


def _own(request: StaffRequest, name: str) -> Any:
    found = chosen_progress(current(name), actor=request.user).batch
    if found is None:
        raise Http404
    return found
