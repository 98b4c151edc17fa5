"""Posts of the board that put an order at an exact time: by dragging, by form and by undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.access import Perm, requires
from common.errors import Conflict
from common.formatting import when
from common.journal import idempotent
from dispatch.board.placing import Placing, first_time, placing_of
from dispatch.forms_place import PlaceForm
from dispatch.selectors import active_assignment, dispatchable_orders
from dispatch.services.placing import place
from dispatch.views.offers import Undo, chosen_answer

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.requests import StaffRequest
    from dispatch.models import Assignment
    from workorders.models import WorkOrder


@requires(Perm.DISPATCH_ASSIGN)
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent
def order_place(request: StaffRequest, number: str) -> HttpResponse:
    """Put an order at a time into somebody's day; what speaks against it is asked first."""
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    held = active_assignment(order=order)
    if request.method != "POST":
        return _sheet(request, order, _asked(request, order, held), status=200)
    form = PlaceForm(request.POST, actor=request.user, order=order)
    if not form.is_valid():
        return _sheet(request, order, form)
    given, begins = form.cleaned_data, form.begins
    installer = given["installer"]
    if begins is None:
        begins = first_time(order=order, installer=installer, day=given["day"])
        plan = placing_of(order=order, installer=installer, start_at=begins)
        return _sheet(request, order, _again(request, order, plan), plan)
    plan = placing_of(order=order, installer=installer, start_at=begins)
    is_open = bool(plan.doubts and given["seen"] != plan.mark)
    if plan.forbidden or is_open or (plan.needs_reason and not given["reason"]):
        return _sheet(request, order, _again(request, order, plan), plan)
    try:
        made = place(
            order_id=order.pk,
            installer_id=installer.pk,
            start_at=begins,
            actor=request.user,
            reason=given["reason"],
            agreed=given["agreed"],
            moves_others=bool(plan.doubts),
            believed=given["held"] or (held.installer_id if held else None),
        )
    except Conflict as conflict:
        if conflict.code != "slot.taken":
            raise
        # Booked between the look and the decision.
        plan = placing_of(order=order, installer=installer, start_at=begins)
        return _sheet(request, order, _again(request, order, plan), plan, status=409)
    return _placed(request, order, held, made)


def _placed(
    request: StaffRequest, order: WorkOrder, held: Assignment | None, made: Assignment
) -> HttpResponse:
    said = {
        "number": order.number,
        "name": made.installer.user.display_name,
        "when": when(made.span.lower, now=clock.now()),
    }
    words = _("%(number)s is with %(name)s, %(when)s") % said
    undo = Undo.of_sending(order.number) if held is None else _back(order.number, held, made)
    return chosen_answer(request, order.number, words, undo)


def _back(number: str, held: Assignment, made: Assignment) -> Undo:
    """How a moved visit returns to whom and when it was before."""
    before = clock.china(held.span.lower)
    return Undo.of_placing(
        number,
        {
            "installer": held.installer_id,
            "day": f"{before:%Y-%m-%d}",
            "time": f"{before:%H:%M}",
            "held": made.installer_id,
            "seen": f"{held.installer_id}|{int(before.timestamp())}",
            "reason": _("Taken back right after it was sent"),
        },
    )


def _asked(request: StaffRequest, order: WorkOrder, held: Assignment | None) -> PlaceForm:
    """The form of a sheet that is opened: who has it and when, or what the address names."""
    at: datetime | None = held.span.lower if held else order.window_starts_at
    begins = clock.china(at) if at else None
    initial = {
        "installer": request.GET.get("installer") or (held.installer_id if held else None),
        "day": begins.date() if begins else clock.business_day(),
        "time": begins.time() if begins else None,
        "held": held.installer_id if held else None,
    }
    return PlaceForm(actor=request.user, order=order, initial=initial)


def _again(request: StaffRequest, order: WorkOrder, plan: Placing) -> PlaceForm:
    """The form as it was sent, with the time that was looked at or one that is free."""
    at = clock.china(plan.free_from or plan.begins)
    initial: dict[str, Any] = {
        "installer": plan.installer.pk,
        "day": at.date(),
        "time": at.time(),
        "agreed": request.POST.get("agreed"),
        "reason": request.POST.get("reason", ""),
        "seen": plan.mark if plan.doubts else "",
        "held": request.POST.get("held") or order.installer_id,
    }
    form = PlaceForm(actor=request.user, order=order, initial=initial)
    form.fields["reason"].required = plan.needs_reason
    return form


def _sheet(
    request: StaffRequest,
    order: WorkOrder,
    form: PlaceForm,
    plan: Placing | None = None,
    status: int = 422,
) -> HttpResponse:
    context = {"order": order, "form": form, "plan": plan}
    response = render(request, "dispatch/_place.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#x-panel", "innerHTML"
    return response
