"""Unfinished work goes on with another order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.access import Perm, requires
from common.journal import idempotent
from workorders.forms.follow_on import FollowOnForm
from workorders.guards import undone_steps
from workorders.requests import finished
from workorders.selectors import own_work_orders
from workorders.services.follow_on import go_on_with_another

if TYPE_CHECKING:
    from workorders.requests import StaffRequest


@requires(Perm.ORDER_EDIT)
@require_http_methods(["GET", "POST"])
@idempotent
def follow_on(request: StaffRequest, number: str) -> HttpResponse:
    """Ask which steps are left and why; open the order that does them."""
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    posted = request.POST if request.method == "POST" else None
    form = FollowOnForm(posted, steps=undone_steps(order))
    if form.is_bound and form.is_valid():
        made = go_on_with_another(
            order_id=order.pk,
            steps=form.cleaned_data["steps"],
            reason=form.cleaned_data["why"],
            actor=request.user,
            part=form.part(),
        )
        messages.success(request, _("Work order %(number)s was opened") % {"number": made.number})
        return finished(request, "workorders:order-detail", made.number)
    context = {"form": form, "order": order}
    status = 422 if form.is_bound else 200
    return render(request, "workorders/follow_on.html", context, status=status)
