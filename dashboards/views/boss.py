"""Money and exceptions, from the whole company down to one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from common.access import Perm, allowed, requires
from common.htmx import unless_unchanged
from common.panels import panels
from dashboards.boss import boss_page, boss_stamp, matrix_sums
from dashboards.cell import opened_cell
from dashboards.exporting import matrix_csv
from dashboards.forms import CellForm, ViewForm
from workorders.requests import is_htmx

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.DASHBOARD_STAFF)
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """Lead to the figures that are meant for whoever asks."""
    is_boss = allowed(request.user, Perm.DASHBOARD_BOSS)
    return redirect("dashboards:boss" if is_boss else "dashboards:staff")


@requires(Perm.DASHBOARD_BOSS)
@require_GET
def boss(request: StaffRequest) -> HttpResponse:
    """Show figures, matrix, provinces and what is out of line; polls get them when they changed."""
    view = ViewForm(request.GET).view()
    name = "_boss" if is_htmx(request) else "boss"

    def page() -> HttpResponse:
        context = {
            "page": boss_page(actor=request.user, view=view),
            "panels": panels("boss", request, None),
        }
        return render(request, f"dashboards/{name}.html", context)

    return unless_unchanged(request, boss_stamp(request.user), page)


@requires(Perm.DASHBOARD_BOSS)
@require_GET
def cell(request: StaffRequest) -> HttpResponse:
    """Show one cell: how it went, who got the money, and its orders."""
    form = CellForm(request.GET)
    opened = opened_cell(actor=request.user, view=form.view(), **form.cell())
    name = "_cell" if is_htmx(request) else "cell"
    return render(request, f"dashboards/{name}.html", {"cell": opened})


@requires(Perm.DASHBOARD_BOSS)
@require_GET
def matrix_export(request: StaffRequest) -> HttpResponse:
    """Send every figure of the matrix as CSV, in the scope of whoever asks."""
    view = ViewForm(request.GET).view()
    content = matrix_csv(matrix_sums(actor=request.user, view=view))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"figures-{view.period.first:%Y%m%d}-{view.period.last:%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
