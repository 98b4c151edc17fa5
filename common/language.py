"""The reader's language: their own choice, else Chinese; the browser's header is not asked."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from common.access import open_to_all

_CHOICES = {code for code, _name in settings.LANGUAGES}
DEFAULT = settings.LANGUAGE_CODE
"""What a company's papers and messages are written in when nobody reads along."""


def language_now() -> str:
    """Return the code of the language the reader has chosen; outside a request the default."""
    code = translation.get_language() or ""
    return code if code in _CHOICES else DEFAULT


class LanguageMiddleware:
    """Activates the language of the cookie for the length of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = chosen if chosen in _CHOICES else settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", code)
        return response


@open_to_all("the language switch stands on the sign-in page too")
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the posted `language` and go back to `next` on the same host."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    code = request.POST.get("language", "")
    if code in _CHOICES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=365 * 24 * 3600, samesite="Lax"
        )
    return response
