"""An order's money as it was known at a moment of the past: settled, estimated or offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from settlement.explaining import difference_to_estimate, shown_near_misses
from settlement.foreknown import foreknown
from settlement.forms import KnownForm
from settlement.history import as_known
from settlement.selectors import visible_settlements
from settlement.slips import slip_of
from workorders.selectors import own_work_orders

if TYPE_CHECKING:
    from django.http import HttpResponse

    from workorders.models import WorkOrder
    from workorders.requests import StaffRequest


@requires(Perm.SETTLEMENT_VIEW)
@require_GET
def slip_known(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the same order's money as it was known at a moment of the past."""
    now = get_object_or_404(visible_settlements(actor=request.user), pk=pk)
    return _known(request, now.work_order, slip_pk=pk)


@requires(Perm.SETTLEMENT_VIEW)
@require_GET
def order_known(request: StaffRequest, number: str) -> HttpResponse:
    """Show any order's money as it was known at a moment, also of one that is not settled."""
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    return _known(request, order)


def _known(request: StaffRequest, order: WorkOrder, slip_pk: int | None = None) -> HttpResponse:
    form = KnownForm(request.GET if slip_pk or request.GET else None)
    context: dict[str, Any] = {
        "form": form,
        "slip_pk": slip_pk,
        "number": order.number,
        "known_form": form,
    }
    context["may_read_rules"] = request.user.has(Perm.RULES_VIEW)
    if not form.is_valid():
        status = 422 if request.GET else 200
        return render(request, "settlement/slip_unknown.html", context, status=status)
    at = form.cleaned_data["at"]
    known = as_known(order, at, actor=request.user)
    context["known"] = known
    if known.settlement is None:
        context["foreknown"] = foreknown(order, at, actor=request.user)
        return render(request, "settlement/slip_unknown.html", context)
    context |= {
        "slip": slip_of(known.settlement, actor=request.user),
        "differences": difference_to_estimate(known.settlement),
        "near": shown_near_misses(known.settlement),
        "adjustments": known.adjustments,
    }
    return render(request, "settlement/slip.html", context)
