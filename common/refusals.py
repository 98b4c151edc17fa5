"""Turns a business no into an answer a person or a program can use."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from common.errors import Refused, See, Sentence, Unavailable
from common.panels import site_navigation

if TYPE_CHECKING:
    from django.forms import BaseForm

log = logging.getLogger(__name__)


class RefusalMiddleware:
    """`Refused` becomes 422, `Forbidden` 403, `Conflict` 409, `Gone` 410, `Unavailable` 503.

    Nobody else catches them; a form that has a field for the sentence takes it by `refused_at`.

    A query or form with U+0000 is unreadable: no text column can keep it, and nobody types it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        """Raise BadRequest for U+0000; hooks read their own bodies."""
        sent = [request.GET]
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            sent.append(request.POST)
        for entries in sent:
            if any("\x00" in value for _name, values in entries.lists() for value in values):
                raise BadRequest("U+0000")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal in the form the caller reads; other errors pass."""
        if isinstance(error, RedisError):
            log.error("Redis is away: %s", error)
            words = _("A part of this service is restarting and nothing was saved. Try again soon.")
            error = Unavailable("broker.away", words)
        if not isinstance(error, Refused):
            return None
        return refusal_response(request, error)


def refusal_response(request: HttpRequest, error: Refused) -> HttpResponse:
    """JSON for the phone's queue, a toast for htmx (the form stays as typed), else a page."""
    if request.headers.get("X-Outbox") or request.headers.get("Accept") == "application/json":
        body = {"error": {"code": error.code, "message": str(error)}}
        return JsonResponse(body, status=error.status)
    if request.headers.get("HX-Request"):
        return toast(error.code, error.sentence, error.status, see=error.see)
    context = {
        "code": error.code, "sentence": str(error), "see": error.see, "frame": _frame(request),
    }  # fmt: skip
    return render(request, "refused.html", context, status=error.status)


def refusal_words(error: Refused) -> str:
    """Return a refusal as a form shows it among its errors: the sentence, and where it leads."""
    if error.see is None:
        return str(error)
    return format_html('{} <a href="{}">{}</a>', str(error), error.see.url, error.see.label)


@dataclass
class Attempt:
    """How a service took what a form said: the status of the answer, 200 when it went well."""

    status: int = 200

    @property
    def went_well(self) -> bool:
        """Whether nothing was refused."""
        return self.status == 200


@contextmanager
def refused_at(form: BaseForm, field: str | None = None) -> Iterator[Attempt]:
    """Let a refusal of the block stand among the form's errors, at a field or above all."""
    attempt = Attempt()
    try:
        yield attempt
    except Refused as refusal:
        form.add_error(field, refusal_words(refusal))
        attempt.status = refusal.status


def _frame(request: HttpRequest) -> str:
    # Whoever works at a desk keeps its bar: the way on is one click, not a way in anew.
    user = getattr(request, "user", None)
    at_desk = user is not None and user.is_authenticated and bool(site_navigation(request))
    return "base.html" if at_desk else "base_public.html"


def toast(code: str, sentence: Sentence, status: int, *, see: See | None = None) -> HttpResponse:
    """Return a sentence for htmx to put among the toasts; rendered without the request."""
    context = {"code": code, "sentence": str(sentence), "status": status, "see": see}
    response = HttpResponse(render_to_string("ui/_refusal.html", context), status=status)
    response["HX-Retarget"] = "#x-toasts"
    response["HX-Reswap"] = "beforeend"
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page is too old and how to go on; the reason stays in the log."""
    if request.headers.get("X-Outbox"):
        body = {"error": {"code": "csrf", "message": reason}}
        return JsonResponse(body, status=401)
    if request.headers.get("HX-Request"):
        sentence = _("This page is too old and nothing was saved. Reload it and try again.")
        return toast("csrf", sentence, 403)
    return render(request, "csrf_failed.html", status=403)
