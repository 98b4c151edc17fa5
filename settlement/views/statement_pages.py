"""One statement: as a page, as files, and what its printed code proves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from common.access import Perm, open_to_all, requires
from common.htmx import unless_unchanged
from common.journal import idempotent
from common.language import language_now
from settlement.disputes.subject import own_party
from settlement.statements.csv import sheet_csv
from settlement.statements.debts import carried_debts
from settlement.statements.files import file_state, stored_file, want_file
from settlement.statements.paging import read_pages
from settlement.statements.reading import read_sheet
from settlement.statements.selectors import visible_statements
from settlement.statements.verification import verified
from settlement.statements.workbook import XLSX, sheet_xlsx
from workorders.requests import finished

if TYPE_CHECKING:
    from settlement.statements.sheet import Sheet
    from workorders.requests import StaffRequest

LINES_SHOWN = 100


@requires(Perm.STATEMENT_VIEW)
@require_GET
def statement_detail(request: StaffRequest, number: str) -> HttpResponse:
    """Show the statement: balances, every line with its reason, total."""
    statement = _statement(request, number)
    return render(
        request, "settlement/statement.html", _page(request, statement) | _file(statement)
    )


@requires(Perm.STATEMENT_VIEW)
@require_GET
def statement_csv(request: StaffRequest, number: str) -> HttpResponse:
    """Send the statement's lines."""
    return _csv(_statement(request, number))


@requires(Perm.STATEMENT_VIEW)
@require_GET
def statement_xlsx(request: StaffRequest, number: str) -> HttpResponse:
    """Send the statement as a workbook."""
    statement = _statement(request, number)
    return attachment(sheet_xlsx(_sheet(statement)), f"{statement.number}.xlsx", XLSX)


@requires(Perm.STATEMENT_VIEW)
@require_POST
@idempotent
def statement_file_make(request: StaffRequest, number: str) -> HttpResponse:
    """Have the PDF made in the background."""
    _want(request, number)
    return finished(request, "settlement:statement-detail", number)


@requires(Perm.STATEMENT_VIEW)
@require_GET
def statement_file_state(request: StaffRequest, number: str) -> HttpResponse:
    """Answer the page's poll while the PDF is made."""
    return _file_state(request, number, "settlement/_statement_file.html")


@requires(Perm.STATEMENT_VIEW)
@require_GET
def statement_file(request: StaffRequest, number: str) -> HttpResponse:
    """Send the PDF, or the ZIP of a long statement's parts."""
    return _download(_statement(request, number))


@open_to_all("whoever holds a printed statement may check it; payee masked, address signed")
@require_GET
def statement_verify(request: StaffRequest, token: str) -> HttpResponse:
    """Show what is true of the statement a printed code names."""
    found = verified(token)
    if found is None:
        raise Http404
    return render(request, "settlement/statement_verify.html", {"found": found})


@requires(Perm.EARNINGS_VIEW)
@require_GET
def my_statements(request: StaffRequest) -> HttpResponse:
    """List the installer's own locked statements."""
    statements = visible_statements(actor=request.user)
    return render(request, "settlement/phone/statement_list.html", {"statements": statements})


@requires(Perm.EARNINGS_VIEW)
@require_GET
def my_statement(request: StaffRequest, number: str) -> HttpResponse:
    """Show one of the installer's own statements as a page: web views are poor at PDFs."""
    statement = _statement(request, number)
    return render(
        request, "settlement/phone/statement.html", _page(request, statement) | _file(statement)
    )


@requires(Perm.EARNINGS_VIEW)
@require_GET
def my_statement_file(request: StaffRequest, number: str) -> HttpResponse:
    """Send the installer the PDF of one of their own statements."""
    return _download(_statement(request, number))


@requires(Perm.EARNINGS_VIEW)
@require_POST
@idempotent
def my_statement_file_make(request: StaffRequest, number: str) -> HttpResponse:
    """Have the PDF of one of the installer's own statements made in the language they read."""
    _want(request, number)
    return finished(request, "settlement-phone:statement-detail", number)


@requires(Perm.EARNINGS_VIEW)
@require_GET
def my_statement_file_state(request: StaffRequest, number: str) -> HttpResponse:
    """Answer the poll of the installer's page while the PDF is made."""
    return _file_state(request, number, "settlement/phone/_statement_file.html")


def _file_state(request: StaffRequest, number: str, template: str) -> HttpResponse:
    context = _file(_statement(request, number))
    stamp = context["file"].stamp
    return unless_unchanged(request, stamp, lambda: render(request, template, context))


def _statement(request: StaffRequest, number: str) -> Any:
    return get_object_or_404(visible_statements(actor=request.user), number=number)


def _sheet(statement: Any) -> Sheet:
    return read_sheet(party=statement.party, period=statement.run.period)


def _page(request: StaffRequest, statement: Any) -> dict[str, Any]:
    sheet, lines = read_pages(statement)
    return {
        "sheet": sheet,
        "debts": carried_debts(statement.party, sheet.period) if sheet.carried_debt_fen else [],
        "page": Paginator(lines, LINES_SHOWN).get_page(request.GET.get("page")),
        "is_final": statement.run.state == "locked",
        "sees_slips": request.user.has(Perm.SETTLEMENT_VIEW),
        "is_own": own_party(request.user) == statement.party,
    }


def _want(request: StaffRequest, number: str) -> None:
    statement = _statement(request, number)
    want_file(statement_id=statement.pk, actor=request.user, language=language_now())


def _file(statement: Any) -> dict[str, Any]:
    return {"statement": statement, "file": file_state(statement, language_now())}


def _csv(statement: Any) -> HttpResponse:
    content = b"".join(sheet_csv(_sheet(statement)))
    return attachment(content, f"{statement.number}.csv", "text/csv")


def _download(statement: Any) -> HttpResponse:
    kept = stored_file(statement, language_now())
    return attachment(kept.content, kept.name, kept.content_type)


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """Answer with a file to be kept."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
