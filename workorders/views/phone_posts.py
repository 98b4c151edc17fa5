"""Where the phone's queue posts to: every post carries a key, takes effect once, answers JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import formatting
from common.access import Perm, requires
from common.journal import idempotent
from workorders.forms.phone import (
    AcceptanceForm,
    ArrivalForm,
    LeaveForm,
    MoveForm,
    PhotoForm,
    SignatureForm,
    StepForm,
    quantities_typed,
)
from workorders.late_work import late_work
from workorders.phone_jobs import has_left, is_on_the_way, order_stamp, own_order
from workorders.phone_materials import read_quantities
from workorders.services.acceptance import accept_by_code
from workorders.services.evidence import mark_step
from workorders.services.follow_on import go_on_with_another
from workorders.services.late_entries import take_late_arrival, take_late_signature
from workorders.services.late_evidence import (
    take_late_materials,
    take_late_photo,
    take_late_step,
)
from workorders.services.locking import take_turn_by_number
from workorders.services.photos import add_photo
from workorders.services.progress import take_transition
from workorders.services.signatures import add_signature
from workorders.services.visiting import arrive, hand_in_materials, join_in, show_number

if TYPE_CHECKING:
    from workorders.late_work import LateWork
    from workorders.models import WorkOrder
    from workorders.requests import StaffRequest


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def job_move(request: StaffRequest, number: str, key: str) -> HttpResponse:
    """Take a move of the order's flow; who leaves the visit is sent on."""
    order = own_visit(request, number)
    answers = MoveForm(request.POST).answers()
    order = take_transition(order_id=order.pk, key=key, actor=request.user, answers=answers)
    return taken(order, leaves="leave" in request.POST)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def job_arrive(request: StaffRequest, number: str, key: str) -> HttpResponse:
    """Check in and take the move that needs it; of an earlier holder the arrival alone is kept."""
    late = late_visit(request, number)
    if late is not None:
        arrival = ArrivalForm(request.POST, request.FILES).arrival()
        return kept_late(take_late_arrival(work=late, arrival=arrival))
    order = own_visit(request, number)
    arrival = ArrivalForm(request.POST, request.FILES).arrival()
    return taken(arrive(order_id=order.pk, key=key, arrival=arrival, actor=request.user))


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def job_check_in(request: StaffRequest, number: str) -> HttpResponse:
    """Note the arrival of somebody who helps; the order stays in its stage."""
    late = late_visit(request, number)
    if late is not None:
        arrival = ArrivalForm(request.POST, request.FILES).arrival()
        return kept_late(take_late_arrival(work=late, arrival=arrival))
    order = own_visit(request, number)
    arrival = ArrivalForm(request.POST, request.FILES).arrival()
    join_in(order_id=order.pk, arrival=arrival, actor=request.user)
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def job_step(request: StaffRequest, number: str) -> HttpResponse:
    """Mark a step done or not done."""
    late = late_visit(request, number)
    if late is not None:
        said = StepForm(request.POST).checked()
        return taken(take_late_step(work=late, seq=said["seq"], done=said["done"]))
    order = own_visit(request, number)
    said = StepForm(request.POST).checked()
    mark_step(order_id=order.pk, seq=said["seq"], done=said["done"], actor=request.user)
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def job_photo(request: StaffRequest, number: str) -> HttpResponse:
    """Keep a photo."""
    late = late_visit(request, number)
    if late is not None:
        form = PhotoForm(request.POST, request.FILES)
        return kept_late(take_late_photo(work=late, **form.asked()))
    order = own_visit(request, number)
    form = PhotoForm(request.POST, request.FILES)
    add_photo(order_id=order.pk, actor=request.user, **form.asked())
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def job_leave(request: StaffRequest, number: str) -> HttpResponse:
    """Leave steps to another order, which is opened at once."""
    order = own_visit(request, number)
    form = LeaveForm(request.POST, request.FILES)
    said = form.checked()
    go_on_with_another(
        order_id=order.pk,
        steps=said["steps"],
        reason=form.why(),
        actor=request.user,
        part=form.part(),
        photo=said["photo"],
        said=form.taking(),
    )
    order.refresh_from_db(fields=["only_steps"])
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def job_materials(request: StaffRequest, number: str) -> HttpResponse:
    """Set the quantities that were used."""
    late = late_visit(request, number)
    if late is not None:
        quantities = read_quantities(quantities_typed(request.POST))
        return taken(take_late_materials(work=late, quantities=quantities))
    order = own_visit(request, number)
    quantities = read_quantities(quantities_typed(request.POST))
    hand_in_materials(order_id=order.pk, quantities=quantities, actor=request.user)
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def job_signature(request: StaffRequest, number: str) -> HttpResponse:
    """Keep the customer's signature."""
    late = late_visit(request, number)
    form = SignatureForm(request.POST, request.FILES)
    if late is not None:
        drawn = form.checked()["signature"]
        return kept_late(take_late_signature(work=late, upload=drawn, signer=form.signer_said()))
    order = own_visit(request, number)
    said, me = form.checked(), request.user
    signer = form.signer_said()
    add_signature(order_id=order.pk, upload=said["signature"], actor=me, signer=signer)
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
@idempotent(required=True)
def job_acceptance(request: StaffRequest, number: str) -> HttpResponse:
    """Take the code with which the customer accepts the work."""
    order = own_visit(request, number)
    said = AcceptanceForm(request.POST).checked()
    accept_by_code(order_id=order.pk, code=said["code"], actor=request.user)
    return taken(order)


@requires(Perm.ORDER_WORK)
@require_POST
def number_show(request: StaffRequest, number: str) -> HttpResponse:
    """Show the customer's number; every look is noted."""
    order = _own(request, number)
    phone = show_number(order_id=order.pk, actor=request.user)
    return render(request, "workorders/phone/_call.html", {"number": number, "phone": phone})


def late_visit(request: StaffRequest, number: str) -> LateWork | None:
    """Return what a post of an earlier holder tells of, None for any other, in the order's turn.

    An order that is given to somebody else at the same moment was so before, or is so afterwards:
    what was done on it is taken as theirs or as late, never refused for having come in between.
    """
    take_turn_by_number(number)
    return late_work(actor=request.user, number=number)


def own_visit(request: StaffRequest, number: str) -> WorkOrder:
    """Return the installer's own order, which stays theirs until it is answered; 404 for others."""
    take_turn_by_number(number)
    return _own(request, number)


def _own(request: StaffRequest, number: str) -> WorkOrder:
    order = own_order(actor=request.user, number=number)
    if order is None:
        raise Http404
    return order


def kept_late(order: WorkOrder) -> HttpResponse:
    """Answer as `taken`, with the words that say what becomes of work that came after a handover."""
    words = _(
        "Work order %(number)s was given to somebody else meanwhile. What you did before is kept as"
        " evidence and the office was told; it does not move the work order and pays nothing by"
        " itself."
    )
    return taken(order, message=words % {"number": formatting.short_number(order.number)})


def taken(order: WorkOrder, *, leaves: bool = False, message: str = "") -> HttpResponse:
    """Tell the queue that a post took effect, where to go on, and that an order has left the phone."""
    answer: dict[str, object] = {"ok": True, "stamp": order_stamp(order)}
    if message:
        answer["message"] = message
    if has_left(order):
        answer["over"] = order.number
    if leaves and is_on_the_way(order):
        answer["next"] = reverse("workorders-phone:job", args=[order.number])
    elif leaves:
        answer["next"] = reverse("workorders-phone:today")
    return JsonResponse(answer)
