"""People on an order: who helps, and how its pay is divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.access import Perm, allowed, requires
from common.journal import idempotent
from dispatch.bookings import clash_words
from dispatch.crew import crew_of_order
from dispatch.forms_crew import HelperForm, LeaveForm
from dispatch.services.crew import send_helper
from workorders.crew import people_of
from workorders.forms.shares import SharesForm
from workorders.requests import finished
from workorders.selectors import own_work_orders
from workorders.services.crew import choose_shares, remove_helper

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.requests import StaffRequest
    from workorders.models import WorkOrder

_PANEL = "dispatch/_crew.html"


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def helper_add(request: StaffRequest, number: str) -> HttpResponse:
    """Send somebody along."""
    order = _order(request, number)
    form = HelperForm(request.POST, actor=request.user, order=order)
    if not form.is_valid():
        return _again(request, order, helper_form=form)
    helper = form.cleaned_data["helper"]
    send_helper(order_id=order.pk, installer_id=helper.pk, actor=request.user)
    words = {"name": helper, "times": clash_words(form.busy.get(helper.pk, ()))}
    if words["times"]:
        said = _("%(name)s helps on this job, but is also booked for %(times)s.")
        messages.warning(request, said % words)
    else:
        messages.success(request, _("%(name)s helps on this job.") % words)
    return finished(request, "workorders:order-detail", number)


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def helper_remove(request: StaffRequest, number: str) -> HttpResponse:
    """Let a helper go."""
    order = _order(request, number)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _again(request, order, leave_form=form)
    place = remove_helper(
        order_id=order.pk,
        installer_id=form.cleaned_data["installer"],
        reason=form.cleaned_data["reason"],
        actor=request.user,
    )
    messages.success(request, _("%(name)s no longer helps.") % {"name": place.installer})
    return finished(request, "workorders:order-detail", number)


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def shares_choose(request: StaffRequest, number: str) -> HttpResponse:
    """Choose how the pay is divided."""
    order = _order(request, number)
    form = SharesForm(request.POST, people=people_of(order))
    if not form.is_valid():
        return _again(request, order, shares_form=form)
    choose_shares(order_id=order.pk, shares=form.shares(), actor=request.user)
    messages.success(request, _("How the pay is divided was saved."))
    return finished(request, "workorders:order-detail", number)


def order_panel(request: HttpRequest, order: WorkOrder) -> SafeString:
    """Who works on an order, on its own page; nothing while nobody has it."""
    if order.installer_id is None or not request.user.is_authenticated:
        return SafeString("")
    actor = request.user
    own = own_work_orders(actor=actor).filter(pk=order.pk).exists()
    may_change = own and allowed(actor, Perm.DISPATCH_ASSIGN)
    crew = crew_of_order(order, actor=actor, may_change=may_change)
    if crew.is_alone and crew.helper_form is None:
        return SafeString("")
    return render_to_string(_PANEL, {"crew": crew}, request)


def _order(request: StaffRequest, number: str) -> WorkOrder:
    return get_object_or_404(own_work_orders(actor=request.user), number=number)


def _again(
    request: StaffRequest,
    order: WorkOrder,
    *,
    helper_form: HelperForm | None = None,
    leave_form: LeaveForm | None = None,
    shares_form: SharesForm | None = None,
) -> HttpResponse:
    crew = crew_of_order(
        order,
        actor=request.user,
        may_change=True,
        helper_form=helper_form,
        leave_form=leave_form,
        shares_form=shares_form,
    )
    return render(request, _PANEL, {"crew": crew}, status=422)
