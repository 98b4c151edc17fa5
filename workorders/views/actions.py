"""What people do to one work order from the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.access import Perm, requires
from common.journal import idempotent
from customers.services.contacts import reveal_phone
from workorders.code_links import code_link
from workorders.codes import Purpose, code_picture, issue_code
from workorders.forms.moving import FactForm, FollowUpForm, MarksForm, MoveForm, NoteForm
from workorders.requests import finished
from workorders.selectors import own_work_orders
from workorders.services.approving import withdraw_approval
from workorders.services.editing import add_note, mark_order
from workorders.services.fired_actions import retry_action
from workorders.services.follow_ups import record_follow_up
from workorders.services.progress import approve_work, find_transition, take_transition
from workorders.services.rework import judge_rework
from workorders.services.site_facts import record_fact

if TYPE_CHECKING:
    from workorders.models import WorkOrder
    from workorders.requests import StaffRequest

Form = TypeVar("Form", bound=forms.Form)


@requires(Perm.ORDER_MOVE)
@require_POST
@idempotent
def order_move(request: StaffRequest, number: str, key: str) -> HttpResponse:
    """Take a transition of the order's flow."""
    order = _order(request, number)
    transition = find_transition(order, key)
    if transition is None:
        raise Http404
    form = MoveForm(request.POST, transition=transition)
    if not form.is_valid():
        context = {"form": form, "transition": transition, "order": order}
        return render(request, "workorders/_move_form.html", context, status=422)
    before = order.stage
    order = take_transition(order_id=order.pk, key=key, actor=request.user, answers=form.answers())
    waits = transition.approvals > 1 and order.stage == before
    said = _("You agreed to “%(name)s”; others still have to") if waits else _("Done: %(name)s")
    messages.success(request, said % {"name": transition.name})
    return finished(request, "workorders:order-detail", number)


@requires(Perm.ORDER_MOVE)
@require_POST
@idempotent
def approval_withdraw(request: StaffRequest, number: str, key: str) -> HttpResponse:
    """Take one's own yes to a way back."""
    order = _order(request, number)
    withdraw_approval(order_id=order.pk, key=key, actor=request.user)
    messages.success(request, _("You took your agreement back."))
    return finished(request, "workorders:order-detail", number)


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent
def action_retry(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Let the flow do after all what it could not."""
    order = _order(request, number)
    action = get_object_or_404(order.fired_actions, pk=pk)
    retry_action(order_id=order.pk, action_id=action.pk, actor=request.user)
    messages.success(request, _("It is being tried again."))
    return finished(request, "workorders:order-detail", number)


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent
def fact_record(request: StaffRequest, number: str) -> HttpResponse:
    """Record a fact of the site."""

    def act(order: WorkOrder, form: FactForm) -> None:
        record_fact(order_id=order.pk, actor=request.user, **form.cleaned_data)

    return _filled_in(request, number, FactForm, "fact", act, _("The fact was recorded."))


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent
def follow_up_record(request: StaffRequest, number: str) -> HttpResponse:
    """Record the follow-up call; a button of the form also approves the work."""

    def act(order: WorkOrder, form: FollowUpForm) -> None:
        record_follow_up(
            order_id=order.pk,
            passed=form.cleaned_data["passed"],
            rating_x10=form.rating_x10(),
            remark=form.cleaned_data["remark"],
            actor=request.user,
        )
        if form.cleaned_data["passed"] and "approve" in request.POST:
            approve_work(order_id=order.pk, actor=request.user)

    said = _("The follow-up was recorded.")
    return _filled_in(request, number, FollowUpForm, "follow_up", act, said)


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent(required=True)
def rework_judge(request: StaffRequest, number: str) -> HttpResponse:
    """Say whether an order repeats an earlier one; money follows."""
    order = _order(request, number)
    is_rework = request.POST.get("answer") == "rework"
    reason = request.POST.get("reason", "")
    judge_rework(order_id=order.pk, is_rework=is_rework, reason=reason, actor=request.user)
    messages.success(request, _("Your judgement was recorded."))
    return finished(request, "workorders:order-detail", number)


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent
def note_add(request: StaffRequest, number: str) -> HttpResponse:
    """Put a note on the timeline."""

    def act(order: WorkOrder, form: NoteForm) -> None:
        add_note(order_id=order.pk, text=form.cleaned_data["text"], actor=request.user)

    return _filled_in(request, number, NoteForm, "note", act)


@requires(Perm.ORDER_EDIT)
@require_POST
@idempotent
def marks_change(request: StaffRequest, number: str) -> HttpResponse:
    """Change urgency, difficulty, kind of site and tags."""

    def act(order: WorkOrder, form: MarksForm) -> None:
        seen = form.seen() if "tags_seen" in form.data else None
        mark_order(order_id=order.pk, marks=form.marks(), actor=request.user, tags_seen=seen)

    return _filled_in(request, number, MarksForm, "marks", act)


@requires(Perm.CUSTOMER_REVEAL)
@require_POST
def phone_reveal(request: StaffRequest, number: str) -> HttpResponse:
    """Show the customer's full number once; the look is noted."""
    order = _order(request, number)
    phone = reveal_phone(contact=order.contact, actor=request.user, work_order=order)
    return render(request, "workorders/_phone.html", {"phone": phone})


@requires(Perm.ORDER_EDIT)
@require_POST
def code_issue(request: StaffRequest, number: str) -> HttpResponse:
    """Make a code for the customer (check-in, or acceptance) and show it this once."""
    order = _order(request, number)
    accepts = request.POST.get("purpose") == Purpose.ACCEPTANCE
    purpose = Purpose.ACCEPTANCE if accepts else Purpose.ARRIVAL
    code = issue_code(order_id=order.pk, actor=request.user, purpose=purpose)
    context = {
        "code": code,
        "picture": code_picture(code),
        "purpose": purpose.value,
        "link": code_link(order) if accepts else None,
    }
    return render(request, "workorders/_code.html", context)


def _order(request: StaffRequest, number: str) -> WorkOrder:
    return get_object_or_404(own_work_orders(actor=request.user), number=number)


def _filled_in(
    request: StaffRequest,
    number: str,
    form_class: type[Form],
    part: str,
    act: Callable[[WorkOrder, Form], None],
    said: str = "",
) -> HttpResponse:
    """Do what a form about an order asks for; one with errors comes back in its own part."""
    order = _order(request, number)
    form = form_class(request.POST)
    if not form.is_valid():
        context = {"form": form, "order": order}
        return render(request, f"workorders/_{part}_form.html", context, status=422)
    act(order, form)
    if said:
        messages.success(request, said)
    return finished(request, "workorders:order-detail", number)
