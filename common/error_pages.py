"""Pages for 400, 403, 404, 413, 500 and 503; those for faults touch nothing that could fail again."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from common.database_away import is_away
from common.refusals import toast


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request cannot be read: 413 when it holds too much, else 400."""
    is_large = isinstance(exception, RequestDataTooBig)
    status, code = (413, "too-large") if is_large else (400, "unreadable")
    large = _("What was sent is too large and was not saved. Send it in smaller parts.")
    odd = _("This request cannot be read and nothing was saved. Reload the page and try again.")
    words = large if is_large else odd
    if request.headers.get("X-Outbox"):
        return JsonResponse({"error": {"code": code, "message": words}}, status=status)
    if request.headers.get("HX-Request"):
        return toast(code, words, status)
    return HttpResponse(render_to_string("400.html", {"is_large": is_large}), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here, the same for foreign and for missing things."""
    words = _("This is not there any more, or is not yours; it was not taken in.")
    return _answer(request, 404, "not-found", words)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this user may not do this."""
    words = _("Your role does not include this; nothing was changed.")
    if request.headers.get("HX-Request"):
        return toast("forbidden", words, 403)
    return _answer(request, 403, "forbidden", words)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side, or only that the database is away for a moment.

    Rendered without the request's context. Django asks for this page while it handles the error.
    """
    if is_away(sys.exc_info()[1]):
        return back_soon(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def back_soon(request: HttpRequest) -> HttpResponse:
    """Say that the database is away for a moment, in the form the caller reads."""
    words = _(
        "The service cannot be reached right now. What you typed is still here; try again in a few "
        "seconds."
    )
    if request.headers.get("X-Outbox"):
        error = {"code": "database.away", "message": words}
        response: HttpResponse = JsonResponse({"error": error}, status=503)
    elif request.headers.get("HX-Request"):
        response = toast("database.away", words, 503)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "5"
    return response


def _answer(request: HttpRequest, status: int, code: str, words: str) -> HttpResponse:
    if request.headers.get("X-Outbox"):
        # It stands in the list of what was not accepted: a number there helps nobody.
        return JsonResponse({"error": {"code": code, "message": words}}, status=status)
    return render(request, f"{status}.html", status=status)
