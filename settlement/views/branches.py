"""What branches owe each other in a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from settlement.branches.selectors import matrix, orders_between
from settlement.views.statements import called

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

ROWS = 100


@requires(Perm.STATEMENT_VIEW)
@require_GET
def branch_matrix(request: StaffRequest, name: str) -> HttpResponse:
    """Show branch by branch who owes whom; with `owes` and `owed` the orders behind one cell."""
    period = called(name)
    found = matrix(period=period, actor=request.user)
    owes, owed = (request.GET.get(key, "") for key in ("owes", "owed"))
    chosen = next(
        (
            cell
            for row in found.rows
            for cell in row.cells
            if (str(cell.owes.pk), str(cell.owed.pk)) == (owes, owed)
        ),
        None,
    )
    context = {"period": period, "matrix": found, "chosen": chosen}
    if chosen is not None:
        orders = orders_between(
            period=period, owes_id=chosen.owes.pk, owed_id=chosen.owed.pk, actor=request.user
        )
        context["page"] = Paginator(orders, ROWS).get_page(request.GET.get("page"))
    return render(request, "settlement/branches/matrix.html", context)
