"""Opening a customer's link, and who may not: who tries many, and who is no customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from tenants.limits import limit, refuse_at
from workorders.charge_links import opened

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from workorders.charge_links import Opened

WRONG_LINKS_PER_HOUR = 120
HOUR_S = 3600


def opened_from(request: HttpRequest, token: str) -> Opened:
    """Open a link; only links that lead nowhere count against an address.

    Many customers share one address of their carrier, so what works is never counted. Raises
    TooMany for an address that tried too many.
    """
    address = request.META["REMOTE_ADDR"]
    refuse_at("charge", address, most=WRONG_LINKS_PER_HOUR)
    found = opened(token)
    if found.charge is None and not found.is_expired:
        limit("charge", address, most=WRONG_LINKS_PER_HOUR, period_s=HOUR_S)
    return found


def refuse_signed_in(request: HttpRequest) -> None:
    """Refuse the answer of somebody of the company: they would agree for the customer."""
    refuse_unless(
        not request.user.is_authenticated,
        "charge.signed_in",
        _("Only the customer answers: open the link on the customer's own phone, signed out"),
    )


def secret(response: HttpResponse, status: int) -> HttpResponse:
    """The address is a secret: no search engine keeps it, no other site learns it from a link.

    `no-referrer` would be stricter, and makes browsers post the answer with `Origin: null`, which
    the protection against forged posts refuses.
    """
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    response.status_code = status
    return response
