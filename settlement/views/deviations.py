"""What was settled against what was shown before, for finance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from settlement.deviations import (
    MOST,
    Deviation,
    causes_of,
    deviations,
    deviations_csv,
    with_cause,
)
from settlement.forms import DeviationForm

if TYPE_CHECKING:
    from workorders.requests import StaffRequest

PER_PAGE = 50


@requires(Perm.STATEMENT_RUN)
@require_GET
def deviation_list(request: StaffRequest) -> HttpResponse:
    """List settlements that differ from their estimate, with what made the differences."""
    form = DeviationForm(request.GET)
    whole = _found(request, form)
    chosen = request.GET.get("cause", "")
    context = {
        "form": form,
        "causes": causes_of(whole),
        "chosen": chosen,
        "page": Paginator(with_cause(whole, chosen), PER_PAGE).get_page(request.GET.get("page")),
        "is_cut": len(whole) == MOST,
        "sum_fen": sum(each.diff_fen for each in whole),
    }
    return render(request, "settlement/deviations.html", context)


@requires(Perm.STATEMENT_RUN)
@require_GET
def deviation_csv(request: StaffRequest) -> HttpResponse:
    """Send the same list."""
    chosen = with_cause(_found(request, DeviationForm(request.GET)), request.GET.get("cause", ""))
    answer = HttpResponse(b"".join(deviations_csv(chosen)), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="estimate-differences.csv"'
    return answer


def _found(request: StaffRequest, form: DeviationForm) -> list[Deviation]:
    return deviations(actor=request.user, **form.query())
