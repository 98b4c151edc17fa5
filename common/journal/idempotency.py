"""A post that is sent twice takes effect once and is answered the same.

The key comes in the header `Idempotency-Key` or in the form field `_idempotency_key`. Modelled on
Stripe's idempotent requests (docs.stripe.com/api/idempotent_requests), with two differences: only
answers below 400 are kept, because a refused form is corrected and sent again under its key, and a
key is kept for seven days, because a phone may be without a network for that long.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast, overload

from django.core.exceptions import BadRequest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Refused
from common.journal.fingerprint import body_sha256, form_key
from common.journal.happened import told_by
from common.journal.models import IdempotencyKey
from common.schema import current_schema

ECHO_HEADER = "X-Idempotency-Key"
MAX_KEY = 255
_KEPT_HEADERS = ("Content-Type", "Location", "HX-Redirect", "HX-Location", "HX-Trigger",
                 "HX-Refresh", "HX-Retarget", "HX-Reswap", "HX-Push-Url")  # fmt: skip

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@overload
def idempotent(view: View) -> View: ...
@overload
def idempotent(*, required: bool = ...) -> Callable[[View], View]: ...
def idempotent(
    view: View | None = None, *, required: bool = False
) -> View | Callable[[View], View]:
    """Let a post with a key take effect once; other methods pass.

    The view and the note of its answer share one transaction, so a crash leaves neither. Same key
    and same request: the kept status and body. Same key, another path or body: 422. The first one
    still at work: 409. No key: 400 when `required` or behind a permission that moves money, else
    the view simply runs. Stands inside `@requires`, so that the key belongs to the person.
    """

    def wrap(inner: View) -> View:
        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return inner(request, *args, **kwargs)
            key = request.headers.get("Idempotency-Key", "") or form_key(request.POST)
            needed = required or getattr(request, "kq_moves_money", False)
            if not key and not needed:
                return inner(request, *args, **kwargs)
            _check(key)
            with told_by(request):
                response = _answer_once(key, request, lambda: inner(request, *args, **kwargs))
            response[ECHO_HEADER] = key
            return response

        guarded.kq_takes_effect_once = True  # type: ignore[attr-defined]  # read by a test
        return cast("View", guarded)

    return wrap if view is None else wrap(view)


def _check(key: str) -> None:
    if not key:
        raise BadRequest("This request needs an Idempotency-Key")
    if len(key) > MAX_KEY or not key.isascii() or not key.isprintable():
        raise BadRequest("An Idempotency-Key has at most 255 printable ASCII characters")


@transaction.atomic
def _answer_once(
    key: str, request: HttpRequest, run: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    user = getattr(request, "user", None)
    scope = str(user.pk) if user is not None and user.is_authenticated else ""
    digest = body_sha256(request)
    if not _alone(key, scope):
        raise Conflict("key.running", _("This request is being worked on already"))
    kept = IdempotencyKey.objects.filter(key=key, scope=scope).first()
    if kept is not None:
        return _repeat(kept, request.path, digest)
    response = run()
    if response.status_code >= 500:
        transaction.set_rollback(True)
    elif response.status_code < 400:
        _keep(key, scope, request.path, digest, response)
    return response


def _alone(key: str, scope: str) -> bool:
    """Take a lock until the end of the transaction; False when somebody holds it.

    Only for a quick "still running" instead of a wait: what makes the key unique is the table.
    """
    name = f"{current_schema()}\0{scope}\0{key}".encode()
    number = int.from_bytes(hashlib.sha256(name).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        row: tuple[bool] = cursor.fetchone()
    return row[0]


def _repeat(kept: IdempotencyKey, path: str, digest: str) -> HttpResponse:
    if (kept.path, kept.body_sha256) != (path[:500], digest):
        raise Refused("key.reused", _("This key was used for another request already"))
    response = HttpResponse(bytes(kept.body), status=kept.status)
    for name, value in kept.headers.items():
        response[name] = value
    return response


def _keep(key: str, scope: str, path: str, digest: str, response: HttpResponseBase) -> None:
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    if not isinstance(response, HttpResponse):
        raise TypeError("an idempotent view answers with a body that can be kept, not a stream")
    IdempotencyKey.objects.create(
        key=key,
        scope=scope,
        path=path[:500],
        body_sha256=digest,
        status=response.status_code,
        headers={name: response[name] for name in _KEPT_HEADERS if name in response},
        body=response.content,
    )
