"""Whose request it is when proxies stand in front: the address they wrote down, none a client did."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ClientAddressMiddleware:
    """Puts the client's address into REMOTE_ADDR, where limits, lockout and journal read it.

    Every proxy appends the address it was called from to X-Forwarded-For, so with `PROXIES` own
    ones in front the entry that many from the end is true; what stands before it anyone may have
    typed. Without proxies the header is not read at all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PROXIES:
            hops = request.headers.get("X-Forwarded-For", "").split(",")
            address = hops[-settings.PROXIES] if len(hops) >= settings.PROXIES else ""
            request.META["REMOTE_ADDR"] = _valid(address) or request.META.get("REMOTE_ADDR", "")
        return self.get_response(request)


def _valid(address: str) -> str:
    """Return the address in its plain form, "" when it is none."""
    try:
        return str(ip_address(address.strip()))
    except ValueError:
        return ""
