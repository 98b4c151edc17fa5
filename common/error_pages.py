"""Pages for 400, 403, 404, 413 and 500; first and last touch nothing that could fail again."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from common.refusals import toast


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request cannot be read: 413 when it holds too much, else 400."""
    is_large = isinstance(exception, RequestDataTooBig)
    status, code = (413, "too-large") if is_large else (400, "unreadable")
    if request.headers.get("X-Outbox"):
        return JsonResponse({"error": {"code": code, "message": ""}}, status=status)
    if request.headers.get("HX-Request"):
        large = _("What was sent is too large and was not saved. Send it in smaller parts.")
        odd = _("This request cannot be read and nothing was saved. Reload the page and try again.")
        return toast(code, large if is_large else odd, status)
    return HttpResponse(render_to_string("400.html", {"is_large": is_large}), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here, the same for foreign and for missing things."""
    return _answer(request, 404, "not-found")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this user may not do this."""
    if request.headers.get("HX-Request"):
        return toast("forbidden", _("Your role does not include this; nothing was changed."), 403)
    return _answer(request, 403, "forbidden")


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side; rendered without the request's context."""
    return HttpResponse(render_to_string("500.html"), status=500)


def _answer(request: HttpRequest, status: int, code: str) -> HttpResponse:
    if request.headers.get("X-Outbox"):
        return JsonResponse({"error": {"code": code, "message": ""}}, status=status)
    return render(request, f"{status}.html", status=status)
