"""Posts of the board: assign, reassign, withdraw, offer and take the offer back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.access import Perm, requires
from common.journal import idempotent
from dispatch.board.chosen import chosen_order
from dispatch.forms import AssignForm, OfferForm, ReasonForm
from dispatch.selectors import assignable, dispatchable_orders, waiting_orders
from dispatch.services.assigning import assign, withdraw
from dispatch.services.offers import offer_job, withdraw_offer

if TYPE_CHECKING:
    from accounts.requests import StaffRequest
    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class Undo:
    """What takes back the last step: the post that does it, and its words."""

    url: str
    values: dict[str, Any]
    words: str

    @classmethod
    def of_sending(cls, number: str) -> Undo:
        """An order just sent returns into the pool."""
        values = {"reason": _("Taken back right after it was sent")}
        words = _("Take %(number)s back") % {"number": number}
        return cls(reverse("dispatch:order-withdraw", args=[number]), values, words)

    @classmethod
    def of_placing(cls, number: str, values: dict[str, Any]) -> Undo:
        """A visit just moved returns to whom and when it was."""
        words = _("Put %(number)s back where it was") % {"number": number}
        return cls(reverse("dispatch:order-place", args=[number]), values, words)


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def order_assign(request: StaffRequest, number: str) -> HttpResponse:
    """Send an installer and show the next waiting order."""
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    values = AssignForm(request.POST).checked()
    people = assignable(actor=request.user, order=order).select_related("user")
    installer = get_object_or_404(people, pk=values["installer"])
    made = assign(
        order_id=order.pk,
        installer_id=installer.pk,
        actor=request.user,
        way=str(values["way"]),
        reason=str(values["reason"]),
        over_reason=str(values["over_reason"]),
    )
    words = _("%(number)s is with %(name)s") % {
        "number": order.number,
        "name": made.installer.user.display_name,
    }
    return sent_answer(request, words, order.number)


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def order_withdraw(request: StaffRequest, number: str) -> HttpResponse:
    """Take an order back into the pool and show it there."""
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    values = ReasonForm(request.POST).checked()
    withdraw(order_id=order.pk, actor=request.user, reason=str(values["reason"]))
    return _panel(request, order.number, _("%(number)s waits again") % {"number": order.number})


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def order_offer(request: StaffRequest, number: str) -> HttpResponse:
    """Put an order into the grab pool."""
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    values = OfferForm(request.POST).checked()
    offer_job(
        order_id=order.pk,
        actor=request.user,
        radius_m=1000 * cast("int", values["radius_km"]),
        hours=cast("int", values["hours"]),
    )
    return _panel(request, number, _("%(number)s is in the grab pool") % {"number": order.number})


@requires(Perm.DISPATCH_ASSIGN)
@require_POST
@idempotent
def offer_withdraw(request: StaffRequest, number: str) -> HttpResponse:
    """Take an order out of the grab pool."""
    order = get_object_or_404(dispatchable_orders(actor=request.user), number=number)
    withdraw_offer(order_id=order.pk, actor=request.user)
    return _panel(
        request, number, _("%(number)s is no longer in the grab pool") % {"number": order.number}
    )


def _panel(request: StaffRequest, number: str, words: str) -> HttpResponse:
    return chosen_answer(request, number, words)


def sent_answer(request: StaffRequest, words: str, sent: str) -> HttpResponse:
    """Answer a sending with the next order that waits, a toast and how to take it back."""
    following = waiting_orders(actor=request.user).first()
    return _render(request, following, words, Undo.of_sending(sent))


def chosen_answer(
    request: StaffRequest, number: str, words: str, undo: Undo | None = None
) -> HttpResponse:
    """Answer a post of the board with the order's panel, a toast and how to take it back."""
    order = dispatchable_orders(actor=request.user).filter(number=number).first()
    return _render(request, order, words, undo)


def _render(
    request: StaffRequest, order: WorkOrder | None, words: str, undo: Undo | None
) -> HttpResponse:
    chosen = chosen_order(order) if order is not None else None
    context = {"chosen": chosen, "can_assign": True, "undo": undo}
    response = render(request, "dispatch/_chosen.html", context)
    # The other parts of the board ask again at once instead of with their next poll.
    response["HX-Trigger"] = json.dumps({"toast": {"words": words}, "board": {}})
    return response
