"""The list of work orders and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import clock
from common.access import Perm, allowed, requires
from common.htmx import unless_unchanged
from workorders.exporting import csv_lines
from workorders.flow_switches import mode_banner
from workorders.forms.filtering import OrderFilterForm, SavedFilterForm
from workorders.inboxes import waiting_counts
from workorders.last_list import remember_list
from workorders.late_rows import own_among, rows_with_holders
from workorders.listing import filtered_orders, order_page
from workorders.requests import is_htmx
from workorders.services.filters import forget_filter, save_filter, saved_filters

if TYPE_CHECKING:
    from workorders.listing import OrderPage
    from workorders.requests import StaffRequest


@requires(Perm.ORDER_VIEW)
@require_GET
def order_list(request: StaffRequest) -> HttpResponse:
    """Show the newest orders that fit the filters; the poll of the page gets the rows alone.

    The search of the top bar opens what it finds when nothing else fits.
    """
    form = OrderFilterForm(request.GET, actor=request.user)
    query = form.query()
    page = order_page(actor=request.user, query=query)
    rows = _rows(request, page, of_a_stage=bool(query.stage))
    if is_htmx(request):
        return unless_unchanged(
            request,
            str(rows["stamp"]),
            lambda: render(request, "workorders/_order_rows.html", rows),
        )
    if "open" in request.GET and len(page.rows) == 1:
        return redirect("workorders:order-detail", page.rows[0].order.number)
    remember_list(request.session, (row.order.number for row in page.rows))
    asked = request.GET.copy()
    for word in ("after", "open"):
        asked.pop(word, None)
    context = rows | {
        "page": page,
        "form": form,
        "saved": saved_filters(request.user),
        "modes": mode_banner(),
        "waiting": waiting_counts(actor=request.user),
        "asked": asked.urlencode(),
        "may_look": allowed(request.user, Perm.DISPATCH_VIEW),
        "may_enter": allowed(request.user, Perm.ORDER_CREATE),
        "may_import": allowed(request.user, Perm.ORDER_IMPORT),
    }
    return render(request, "workorders/order_list.html", context)


def _rows(request: StaffRequest, page: OrderPage, *, of_a_stage: bool) -> dict[str, object]:
    """The rows; of one stage also with who sees to each, and the button that reminds them."""
    late = rows_with_holders(page.rows) if of_a_stage else [None] * len(page.rows)
    may_nudge = of_a_stage and allowed(request.user, Perm.ORDER_EDIT)
    own = own_among(page.rows, actor=request.user) if may_nudge else set()
    nudged = [each.row.order.pk for each in late if each is not None and each.is_nudged]
    asked = request.GET.copy()
    for word in ("stamp", "open"):
        asked.pop(word, None)
    return {
        "rows": [
            (row, each, row.order.pk in own) for row, each in zip(page.rows, late, strict=True)
        ],
        "stamp": ".".join([page.stamp, *map(str, nudged)]),
        "may_nudge": may_nudge,
        "nudge_from": {"back": "list", "asked": asked.urlencode()},
    }


@requires(Perm.ORDER_EXPORT)
@require_GET
def order_export(request: StaffRequest) -> StreamingHttpResponse:
    """Send the orders that fit the filters as CSV, in the scope of whoever asks."""
    form = OrderFilterForm(request.GET, actor=request.user)
    orders = filtered_orders(actor=request.user, query=form.query())
    answer = StreamingHttpResponse(csv_lines(orders), content_type="text/csv; charset=utf-8")
    name = f"work-orders-{clock.business_day():%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@requires(Perm.ORDER_VIEW)
@require_POST
def filter_save(request: StaffRequest) -> HttpResponse:
    """Keep the filters shown under a name."""
    form = SavedFilterForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the filter a name of at most 30 characters."))
        return redirect("workorders:order-list")
    saved = save_filter(
        user=request.user, name=form.cleaned_data["name"], query=form.cleaned_data["query"]
    )
    messages.success(request, _("The filter was saved."))
    return redirect(f"{reverse('workorders:order-list')}?{saved.query}")


@requires(Perm.ORDER_VIEW)
@require_POST
def filter_forget(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete one of one's own filters."""
    forget_filter(user=request.user, pk=pk)
    return redirect("workorders:order-list")
