"""How long a sign-in lasts and how far it reaches before a starting password is changed.

Staff 12 hours or 3 idle, installers 30 days; polls are no activity.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from common import clock

STAFF_ABSOLUTE_S = 12 * 3600
STAFF_IDLE_S = 3 * 3600
INSTALLER_S = 30 * 24 * 3600
_WRITE_EVERY_S = 60


class SessionAgeMiddleware:
    """Ends sign-ins that are too old; keeps the time of the last real activity."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._carries_session(request) and isinstance(request.user, User):
            self._age(request, request.user, int(clock.wall_now().timestamp()))
            if _must_choose_password(request):
                return _to_password_page(request)
        return self.get_response(request)

    @staticmethod
    def _carries_session(request: HttpRequest) -> bool:
        tenant = getattr(request, "tenant", None)
        return tenant is not None and tenant.schema_name != "public" and bool(request.COOKIES)

    @staticmethod
    def _age(request: HttpRequest, user: User, now_s: int) -> None:
        session = request.session
        started = session.get("started_s", now_s)
        seen = session.get("seen_s", now_s)
        if user.is_installer:
            ended = now_s - started > INSTALLER_S
        else:
            ended = now_s - started > STAFF_ABSOLUTE_S or now_s - seen > STAFF_IDLE_S
        if ended:
            logout(request)
            return
        session.setdefault("started_s", started)
        is_poll = request.headers.get("X-Live") == "1"
        if not is_poll and (now_s - seen > _WRITE_EVERY_S or "seen_s" not in session):
            session["seen_s"] = now_s


def _must_choose_password(request: HttpRequest) -> bool:
    user = request.user
    if not (isinstance(user, User) and user.must_change_password):
        return False
    # Signing out and the choice of language stay possible.
    return request.path not in {
        reverse("accounts:my-password"),
        reverse("accounts:sign-out"),
        reverse("set_language"),
    }


def _to_password_page(request: HttpRequest) -> HttpResponse:
    if request.headers.get("X-Outbox"):
        return JsonResponse({"error": {"code": "password", "message": ""}}, status=401)
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = reverse("accounts:my-password")
        return answer
    return HttpResponseRedirect(reverse("accounts:my-password"))


def locked_out(request: HttpRequest, credentials: dict[str, Any], *_args: Any) -> HttpResponse:
    """Answer ten wrong passwords: wait 15 minutes; the same text for every name."""
    return render(request, "accounts/locked_out.html", status=429)
