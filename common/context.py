"""Who asks, from where: kept for the length of one request; and what every page needs."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from common.access import Perm, allowed
from common.panels import phone_tabs, site_navigation


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What the journal may want to know of the request behind an action."""

    ip: str


_current: ContextVar[RequestFacts | None] = ContextVar("request_facts", default=None)


def request_facts() -> RequestFacts | None:
    """Return the facts of the running request, None outside one."""
    return _current.get()


class RequestContextMiddleware:
    """Keeps the caller's address for the journal; refuses addresses no row can have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The database cannot even compare a text with a zero byte: it would be a server error.
        if "\0" in request.path_info:
            raise Http404
        token = _current.set(RequestFacts(ip=request.META.get("REMOTE_ADDR", "")))
        try:
            return self.get_response(request)
        finally:
            _current.reset(token)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: tenant, user, navigation of what this user may open."""
    tenant = getattr(request, "tenant", None)
    user = getattr(request, "user", None) if hasattr(request, "session") else None
    public_url = f"{settings.PUBLIC_SCHEME}://{settings.DOMAIN}:{settings.PUBLIC_PORT}/"
    context: dict[str, Any] = {"tenant": tenant, "user": user, "public_url": public_url}
    if user is not None and user.is_authenticated:
        context["nav_items"] = site_navigation(request)
        context["phone_tabs"] = phone_tabs(request)
        context["one_order"] = getattr(request, "kq_one_order", False)
        context["may_search"] = allowed(user, Perm.ORDER_VIEW)
    return context
