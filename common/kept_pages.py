"""Pages a phone keeps: one that has not changed since is not sent again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., Any])
# The secret against forged forms is written anew into each page, masked each time in another way.
_MASKED = re.compile(
    rb"""(csrfmiddlewaretoken" value=|X-CSRFToken": |data-csrf=)"[A-Za-z0-9]{64}\""""
)


def told_when_unchanged(view: View) -> View:
    """Answer 304 to whoever names the mark (`If-None-Match`) of the page as it is now.

    The page is made nevertheless: what it shows comes from many tables, and a kept page must never
    be older than a mark of them says. What is saved is the line. Two pages that differ only in how
    the secret against forged forms is masked are one; with another secret they are two.
    """

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = view(request, *args, **kwargs)
        if response.status_code != 200 or response.streaming:
            return response
        secret = str(request.META.get("CSRF_COOKIE") or "").encode()
        shown = hashlib.sha256(secret + b"\0" + _MASKED.sub(rb"\1", response.content))
        etag = quote_etag(shown.hexdigest()[:32])
        response["ETag"] = etag
        response["Cache-Control"] = "private, no-cache"
        answer = get_conditional_response(request, etag=etag, response=response)
        return cast("HttpResponse", answer)

    return cast("View", marked)
