"""Answers for pages that poll: nothing new costs nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

STAMP_HEADER = "X-Stamp"


def unless_unchanged(
    request: HttpRequest, stamp: str, render: Callable[[], HttpResponse]
) -> HttpResponse:
    """Answer 204 when the poll names the stamp it already shows (`?stamp=`), else the partial."""
    if request.headers.get("HX-Request") and request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    response = render()
    response[STAMP_HEADER] = stamp
    return response
