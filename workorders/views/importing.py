"""Importing orders from a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.access import Perm, requires
from common.csv_files import MOST_BYTES, csv_bytes
from common.errors import refuse_unless
from common.htmx import POLL_ENDS
from common.journal import idempotent
from workorders.csv_reading import COLUMNS
from workorders.selectors import order_imports
from workorders.services.importing import confirm_import, kept_preview, preview_file

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

_SHOWN = 100
_LISTED = 20


@requires(Perm.ORDER_IMPORT)
@require_http_methods(["GET", "POST"])
def import_start(request: StaffRequest) -> HttpResponse:
    """Ask for a file, or read it and show what would happen."""
    if request.method == "GET":
        imports = list(order_imports(actor=request.user)[:_LISTED])
        return render(request, "workorders/import_start.html", {"imports": imports})
    upload = request.FILES.get("file")
    refuse_unless(upload is not None, "import.file", _("Choose a CSV file"))
    raw = upload.read(MOST_BYTES + 1) if upload else b""
    preview = preview_file(raw=raw, name=(upload.name or "") if upload else "", actor=request.user)
    context = {"preview": preview, "shown": preview.checked.good[:_SHOWN]}
    return render(request, "workorders/import_preview.html", context)


@requires(Perm.ORDER_IMPORT)
@require_POST
@idempotent
def import_confirm(request: StaffRequest, token: str) -> HttpResponse:
    """Take the good rows of a previewed file in."""
    made = confirm_import(token=token, actor=request.user)
    return redirect("workorders:import-detail", made.pk)


@requires(Perm.ORDER_IMPORT)
@require_GET
def import_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how far an import is; its poll ends when it is finished."""
    found = get_object_or_404(order_imports(actor=request.user), pk=pk)
    context = {"import": found, "share_bp": 10_000 * found.done // max(1, found.total)}
    if not request.headers.get("HX-Request"):
        return render(request, "workorders/import_detail.html", context)
    is_finished = found.state == found.State.FINISHED
    status = POLL_ENDS if is_finished else 200
    return render(request, "workorders/_import_progress.html", context, status=status)


@requires(Perm.ORDER_IMPORT)
@require_GET
def import_errors(request: StaffRequest, token: str) -> HttpResponse:
    """Send the rows of a preview that cannot be imported, each with what is wrong with it."""
    preview = kept_preview(token=token, actor=request.user)
    rows = [
        ["；".join(error.sentences), *(error.cells.get(key, "") for key in COLUMNS)]
        for error in preview.checked.bad
    ]
    return _csv("order-import-errors.csv", [[_("What is wrong"), *_names()], *rows])


@requires(Perm.ORDER_IMPORT)
@require_GET
def import_sample(request: StaffRequest) -> HttpResponse:
    """Send an empty file with the columns that are read."""
    return _csv("order-import.csv", [_names()])


def _names() -> list[str]:
    return [names[0] for names in COLUMNS.values()]


def _csv(name: str, rows: list[list[str]]) -> HttpResponse:
    answer = HttpResponse(csv_bytes(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
