"""The page behind a customer's link to their code: made when they ask for it, and shown this once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.access import open_to_all
from common.errors import refuse_unless
from tenants.limits import limit, refuse_at
from workorders.acceptances import accepted_at
from workorders.code_links import opened_order
from workorders.codes import Purpose, code_picture, issue_code
from workorders.views.customer_links import HOUR_S, WRONG_LINKS_PER_HOUR, refuse_signed_in, secret

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from workorders.code_links import OpenedOrder

_WHY = (
    "the customer has no account; the signed address makes the code of one order and nothing else"
)
_CODES_PER_HOUR = 20


@open_to_all(_WHY)
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, token: str) -> HttpResponse:
    """Say what the code is for; make and show it when the customer asks for it.

    No key for the post: its answer would be kept, and of a code nothing but its digest is.
    """
    found = _opened(request, token)
    order = found.order
    if order is None:
        why = {"is_expired": found.is_expired}
        page = render(request, "workorders/customer/code_gone.html", why)
        return secret(page, 410 if found.is_expired else 404)
    if request.method == "POST":
        refuse_signed_in(request)
        sentence = _("Press “Show my code” on the page of the link")
        refuse_unless(request.POST.get("make") == "code", "code.make", sentence)
    accepted = accepted_at(order)
    waits = order.is_open and order.completed_at is None and accepted is None
    context = {"order": order, "token": token, "waits": waits, "accepted": accepted, "code": ""}
    if request.method == "POST" and waits:
        limit("code", str(order.pk), most=_CODES_PER_HOUR, period_s=HOUR_S)
        made = issue_code(order_id=order.pk, actor=None, purpose=Purpose.ACCEPTANCE)
        context |= {"code": made, "picture": code_picture(made)}
    return secret(render(request, "workorders/customer/code.html", context), 200)


def _opened(request: HttpRequest, token: str) -> OpenedOrder:
    """Open a link; only links that lead nowhere count against an address."""
    address = request.META["REMOTE_ADDR"]
    refuse_at("code", address, most=WRONG_LINKS_PER_HOUR)
    found = opened_order(token)
    if found.order is None and not found.is_expired:
        limit("code", address, most=WRONG_LINKS_PER_HOUR, period_s=HOUR_S)
    return found
