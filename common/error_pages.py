"""Pages for 400, 403, 404, 413 and 500; first and last touch nothing that could fail again."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request cannot be read: 413 when it holds too much, else 400."""
    is_large = isinstance(exception, RequestDataTooBig)
    status, code = (413, "too-large") if is_large else (400, "unreadable")
    if request.headers.get("X-Outbox"):
        return JsonResponse({"error": {"code": code, "message": ""}}, status=status)
    return HttpResponse(render_to_string("400.html", {"is_large": is_large}), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here, the same for foreign and for missing things."""
    return _answer(request, 404, "not-found")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this user may not do this."""
    return _answer(request, 403, "forbidden")


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side; rendered without the request's context."""
    return HttpResponse(render_to_string("500.html"), status=500)


def _answer(request: HttpRequest, status: int, code: str) -> HttpResponse:
    if request.headers.get("X-Outbox"):
        return JsonResponse({"error": {"code": code, "message": ""}}, status=status)
    return render(request, f"{status}.html", status=status)
