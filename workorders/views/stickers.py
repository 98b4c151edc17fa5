"""The sheet of stickers of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from common.access import Perm, requires
from workorders.selectors import visible_work_orders
from workorders.sticker_sheet import sticker_sheet

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.ORDER_VIEW)
@require_GET
def sticker_sheet_file(request: StaffRequest, number: str) -> HttpResponse:
    """Send a sheet to print; the code on it leads installers to the job, customers to a request."""
    order = get_object_or_404(visible_work_orders(actor=request.user), number=number)
    answer = HttpResponse(sticker_sheet(order), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="stickers-{order.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
