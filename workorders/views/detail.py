"""The page of one work order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.roles import Role
from common.access import Perm, allowed, requires
from common.htmx import unless_unchanged
from common.panels import panels
from workorders.acceptances import asks_for_acceptance
from workorders.approvals import approvals_of
from workorders.desk_charges import desk_charges
from workorders.detail import order_detail
from workorders.filled_forms import filled_forms
from workorders.fired_actions import unfinished_actions
from workorders.flow_versions import flow_of
from workorders.forms.moving import FactForm, FollowUpForm, MarksForm, MoveForm, NoteForm
from workorders.forms.told import CHANNELS
from workorders.lanes import lanes
from workorders.last_list import neighbours
from workorders.late_rows import nudged_today
from workorders.question_links import question_rows
from workorders.report.cards import report_card
from workorders.request_photos import request_photos
from workorders.requests import is_htmx
from workorders.selectors import linked_orders, own_work_orders, visible_work_orders
from workorders.services.progress import open_transitions
from workorders.stage_forms import open_forms
from workorders.to_tell import to_tell

if TYPE_CHECKING:
    from workorders.approvals import ApprovalView
    from workorders.flow import Transition
    from workorders.models import WorkOrder
    from workorders.requests import StaffRequest
    from workorders.stage_forms import OpenForm


@requires(Perm.ORDER_VIEW)
@require_GET
def order_detail_page(request: StaffRequest, number: str) -> HttpResponse:
    """Show where an order is and why; the poll gets the progress alone.

    When the stage has changed under the reader the page loads anew: its actions are no longer
    those that may be taken.
    """
    order = get_object_or_404(visible_work_orders(actor=request.user), number=number)
    detail = order_detail(order)
    if is_htmx(request):
        answer = unless_unchanged(
            request,
            detail.stamp,
            lambda: render(request, "workorders/_order_progress.html", {"detail": detail}),
        )
        if request.GET.get("stage", order.stage) != order.stage:
            answer["HX-Refresh"] = "true"
        return answer
    own = own_work_orders(actor=request.user).filter(pk=order.pk).exists()
    can_decide = own and allowed(request.user, Perm.CHARGE_DECIDE)
    approvals = approvals_of(order, reader=request.user)
    questions = question_rows(order)
    context = {
        "detail": detail,
        "charges": desk_charges(order, with_addresses=can_decide),
        "order": order,
        "is_own": own,
        "lanes": lanes(
            order, actor=request.user, may_act=own and allowed(request.user, Perm.ORDER_MOVE)
        ),
        "approvals": approvals,
        "times": detail.times,
        "nearby": neighbours(request.session, order.number),
        "linked": linked_orders(order),
        "may_go_on": own and allowed(request.user, Perm.ORDER_EDIT) and detail.may_go_on,
        "questions": questions,
        "to_tell": to_tell(order, questions),
        "told_channels": CHANNELS,
        "unfinished": unfinished_actions(order),
        "actions": _actions(order, request, approvals) if own else [],
        "open_form": _asked_form(order, request) if own else None,
        "forms": filled_forms(order),
        "request_photos": request_photos(order),
        "report": report_card(order, with_link=own),
        "fact_form": FactForm(),
        "follow_up_form": FollowUpForm(),
        "note_form": NoteForm(),
        "marks_form": MarksForm.of(order),
        "can_edit": own and allowed(request.user, Perm.ORDER_EDIT),
        "can_decide": can_decide,
        "nudge_from": {"back": "order"},
        "is_nudged": bool(nudged_today([order])),
        "asks_acceptance": asks_for_acceptance(order),
        "can_reveal": own and allowed(request.user, Perm.CUSTOMER_REVEAL),
        "panels": panels("work-order", request, order),
    }
    return render(request, "workorders/order_detail.html", context)


def _asked_form(order: WorkOrder, request: StaffRequest) -> OpenForm | None:
    """The form of the stage, for whoever fills it in at the desk."""
    flow = flow_of(order)
    role = flow.stage(order.stage).role
    is_theirs = role in (request.user.role, "") or request.user.role == Role.HQ_ADMIN
    if role == Role.INSTALLER or not is_theirs or not allowed(request.user, Perm.ORDER_MOVE):
        return None
    return open_forms(order, flow, [order.stage]).get(order.stage)


def _actions(
    order: WorkOrder, request: StaffRequest, approvals: list[ApprovalView]
) -> list[tuple[Transition, MoveForm]]:
    """Who gets the order is chosen where candidates are compared, not in a bare list of names."""
    if not allowed(request.user, Perm.ORDER_MOVE):
        return []
    agreed = {each.way.key for each in approvals if each.is_mine}
    return [
        (transition, MoveForm(transition=transition))
        for transition in open_transitions(order, request.user)
        if "installer" not in transition.asks and transition.key not in agreed
    ]
