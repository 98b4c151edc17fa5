"""The calendar behind a customer's link: book, move, cancel; the same at the desk of a shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from common.access import Perm, open_to_all, requires
from dispatch.appointments.acting import act
from dispatch.appointments.links import booking_link, opened_order
from dispatch.appointments.page import booking_page, week_asked
from dispatch.appointments.to_book import orders_to_book
from network.requests import finished
from tenants.limits import limit, refuse_at
from workorders.selectors import own_work_orders
from workorders.views.customer_links import HOUR_S, WRONG_LINKS_PER_HOUR, refuse_signed_in, secret

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.requests import StaffRequest
    from dispatch.appointments.links import OpenedOrder

_WHY = "the customer has no account; the signed address shows and books one order and nothing else"
_POSTS_PER_HOUR = 40


@open_to_all(_WHY)
@never_cache
@require_http_methods(["GET", "POST"])
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is open for the order of a link; hold, book, let go or cancel.

    No key for the post: each of them, sent twice, does the same once.
    """
    found = _opened(request, token)
    order = found.order
    if order is None:
        page = render(request, "dispatch/booking_gone.html", {"is_expired": found.is_expired})
        return secret(page, 410 if found.is_expired else 404)
    if request.method == "POST":
        refuse_signed_in(request)
        limit("booking", str(order.pk), most=_POSTS_PER_HOUR, period_s=HOUR_S)
        act(order, request.POST.dict(), actor=None)
        return secret(redirect(request.get_full_path()), 302)
    view = booking_page(order, week=week_asked(request.GET.get("week", "")))
    return secret(render(request, "dispatch/booking.html", {"view": view}), 200)


@requires(Perm.ORDER_MOVE)
@require_GET
def to_book(request: StaffRequest) -> HttpResponse:
    """List the actor's orders whose appointment is open, the oldest first."""
    found = orders_to_book(actor=request.user, asked=request.GET.get("q", ""))
    return render(request, "dispatch/to_book.html", {"found": found})


@requires(Perm.ORDER_MOVE)
@require_http_methods(["GET", "POST"])
def order_booking(request: StaffRequest, number: str) -> HttpResponse:
    """The calendar of one of the actor's orders, with the link for its customer."""
    order = get_object_or_404(own_work_orders(actor=request.user), number=number)
    if request.method == "POST":
        said = act(order, request.POST.dict(), actor=request.user)
        if said:
            messages.success(request, said)
        return finished(request, request.get_full_path())
    context = {
        "view": booking_page(order, week=week_asked(request.GET.get("week", ""))),
        "link": booking_link(order),
        "crumbs": [{"url": reverse("dispatch:to-book"), "label": _("Appointments")}],
    }
    return render(request, "dispatch/order_booking.html", context)


def _opened(request: HttpRequest, token: str) -> OpenedOrder:
    """Open a link; only links that lead nowhere count against an address."""
    address = request.META["REMOTE_ADDR"]
    refuse_at("booking-link", address, most=WRONG_LINKS_PER_HOUR)
    found = opened_order(token)
    if found.order is None and not found.is_expired:
        limit("booking-link", address, most=WRONG_LINKS_PER_HOUR, period_s=HOUR_S)
    return found
