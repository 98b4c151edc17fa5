"""The methods this product speaks: whatever else is asked for is refused before anybody is."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

SPOKEN = ("GET", "HEAD", "POST")


class SpokenMethodsMiddleware:
    """Answers 405 to every method no view is written for.

    A view that only asks whether it is posted to would answer a PUT or DELETE with its page, as if
    something had been done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SPOKEN:
            return HttpResponseNotAllowed(SPOKEN)
        return self.get_response(request)
