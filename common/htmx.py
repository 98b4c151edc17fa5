"""Answers for pages that poll: nothing new costs nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

STAMP_HEADER = "X-Stamp"
POLL_ENDS = 286
"""The status at which htmx stops polling."""


def unless_unchanged(
    request: HttpRequest, stamp: str, render: Callable[[], HttpResponse]
) -> HttpResponse:
    """Answer 204 when the poll names the stamp it already shows (`?stamp=`), else the partial."""
    if request.headers.get("HX-Request") and request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    response = render()
    response[STAMP_HEADER] = stamp
    return response


def polled(
    request: HttpRequest, stamp: str, render: Callable[[], HttpResponse], *, goes_on: bool
) -> HttpResponse:
    """Answer the poll of something that goes on; at its end the poll stops, the page loads anew."""
    if goes_on:
        return unless_unchanged(request, stamp, render)
    response = render()
    response.status_code = POLL_ENDS
    response["HX-Refresh"] = "true"
    return response
