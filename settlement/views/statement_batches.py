"""All statements of a period as one file: a workbook, or a ZIP of PDFs made in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, requires
from common.htmx import unless_unchanged
from common.journal import idempotent
from common.language import language_now
from settlement.headquarters import refuse_outsiders
from settlement.statements.batch import batch_file, cancel_batch, resume_batch, start_batch
from settlement.statements.progress import batch_progress
from settlement.statements.selectors import current_run, run_statements
from settlement.statements.workbook import XLSX, statements_xlsx
from settlement.views.statement_pages import attachment
from settlement.views.statements import called
from workorders.requests import finished

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.STATEMENT_VIEW)
@require_GET
def run_xlsx(request: StaffRequest, name: str) -> HttpResponse:
    """Send one row per payee as a workbook."""
    run = current(name)
    rows = run_statements(actor=request.user, run=run, order="name")
    content = statements_xlsx(rows, title=str(run.period))
    return attachment(content, f"statements-{run.period}.xlsx", XLSX)


@requires(Perm.STATEMENT_RUN)
@require_GET
def batch(request: StaffRequest, name: str) -> HttpResponse:
    """Show how far the ZIP is; answers the page's poll."""
    run = current(name)
    progress = batch_progress(run)
    context = {"period": run.period, "progress": progress}
    return unless_unchanged(
        request, progress.stamp, lambda: render(request, "settlement/_batch.html", context)
    )


@requires(Perm.STATEMENT_RUN)
@require_POST
@idempotent
def batch_start(request: StaffRequest, name: str) -> HttpResponse:
    """Have the ZIP of all PDFs made."""
    start_batch(run_id=current(name).pk, actor=request.user, language=language_now())
    return finished(request, "settlement:run-detail", name)


@requires(Perm.STATEMENT_RUN)
@require_POST
@idempotent
def batch_cancel(request: StaffRequest, name: str) -> HttpResponse:
    """Stop making the ZIP."""
    cancel_batch(batch_id=_batch(name).pk, actor=request.user)
    return finished(request, "settlement:run-detail", name)


@requires(Perm.STATEMENT_RUN)
@require_POST
@idempotent
def batch_resume(request: StaffRequest, name: str) -> HttpResponse:
    """Go on with a stopped ZIP."""
    resume_batch(batch_id=_batch(name).pk, actor=request.user)
    return finished(request, "settlement:run-detail", name)


@requires(Perm.STATEMENT_RUN)
@require_GET
def batch_download(request: StaffRequest, name: str) -> FileResponse:
    """Send the ready ZIP in pieces."""
    refuse_outsiders(request.user)
    return FileResponse(
        batch_file(_batch(name)),
        as_attachment=True,
        filename=f"statements-{name}.zip",
        content_type="application/zip",
    )


def current(name: str) -> Any:
    """Return the run of a period that counts; 404 without one."""
    run = current_run(called(name))
    if run is None:
        raise Http404
    return run


def _batch(name: str) -> Any:
    found = batch_progress(current(name)).batch
    if found is None:
        raise Http404
    return found
