"""Where orders stand still, and reminding whoever should see to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.access import Perm, allowed, requires
from workorders.bottlenecks import late_orders, stage_loads
from workorders.forms.bottlenecks import BottleneckForm
from workorders.late_rows import late_rows
from workorders.selectors import own_work_orders
from workorders.services.nudging import nudge
from workorders.task_loads import task_loads

if TYPE_CHECKING:
    from workorders.bottlenecks import BottleneckQuery, StageLoad
    from workorders.requests import StaffRequest

_LISTED = 30


@requires(Perm.DISPATCH_VIEW)
@require_safe
def bottleneck_list(request: StaffRequest) -> HttpResponse:
    """Show the stages in which orders wait, against what is usual, and the orders over their time."""
    form = BottleneckForm(request.GET, actor=request.user)
    query = form.query()
    loads = stage_loads(actor=request.user, query=query)
    late = late_orders(actor=request.user, query=query)[:_LISTED]
    asked = _asked(query)
    context = {
        "form": form,
        "rows": [(load, _cell(load, asked), _cell(load, asked, state="overdue")) for load in loads],
        "most": max((max(load.now[1], (load.usual or (0, 0))[1]) for load in loads), default=1),
        "orders": sum(load.orders for load in loads),
        "late": sum(load.late for load in loads),
        "slow": sum(load.is_slow for load in loads),
        "departments": task_loads(actor=request.user, query=query),
        "stuck": late_rows(list(late)),
        "asked": asked,
        "may_nudge": allowed(request.user, Perm.ORDER_EDIT),
    }
    return render(request, "workorders/bottlenecks.html", context)


@requires(Perm.ORDER_EDIT)
@require_POST
def order_nudge(request: StaffRequest, number: str) -> HttpResponse:
    """Remind whoever is responsible for an order; back to where it was asked, with the filters."""
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    people = nudge(order_id=order.pk, actor=request.user)
    names = "、".join(person.display_name for person in people)
    messages.success(request, _("Reminded: %(names)s") % {"names": names})
    return redirect(_back(request, number))


def _back(request: StaffRequest, number: str) -> str:
    """Where it was asked: on the order's page, in a list with its filters, or in the view of bottlenecks."""
    came_from = request.POST.get("back", "")
    if came_from == "order":
        return reverse("workorders:order-detail", args=[number])
    if came_from == "list":
        words = QueryDict(request.POST.get("asked", "")).urlencode()
        return f"{reverse('workorders:order-list')}?{words}"
    query = BottleneckForm(request.POST, actor=request.user).query()
    return f"{reverse('workorders:bottleneck-list')}?{urlencode(_asked(query))}"


def _asked(query: BottleneckQuery) -> dict[str, str]:
    found = {"region": str(query.region.pk) if query.region else "", "flow": query.flow}
    return {name: value for name, value in found.items() if value}


def _cell(load: StageLoad, asked: dict[str, str], *, state: str = "open") -> str:
    """The address of the list with the orders that a cell counts."""
    words = asked | {"state": state, "stage": load.stage, "department": load.department}
    return f"{reverse('workorders:order-list')}?{urlencode(words)}"
