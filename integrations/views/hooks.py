"""The addresses that platforms call: they answer fast, and only with what the platform reads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from common.access import open_to_all
from integrations.errors import BadBodyError, ForgedMessageError, MappingError
from integrations.services import callbacks, pushes
from integrations.strict_json import MAX_BYTES

if TYPE_CHECKING:
    from uuid import UUID

Hook = Callable[[HttpRequest, "UUID"], HttpResponse]


def hook(*methods: str, content_type: str = "", max_bytes: int) -> Callable[[Hook], Hook]:
    """Refuse what need not be read at all, and say in HTTP's words what else is wrong with it."""

    def wrap(view: Hook) -> Hook:
        @wraps(view)
        def guarded(request: HttpRequest, public_id: UUID) -> HttpResponse:
            refused = _unfit(request, methods, content_type, max_bytes)
            if refused is not None:
                return refused
            try:
                return view(request, public_id)
            except ForgedMessageError as error:
                return _no(error.reason, 403 if error.reason == "receive_id" else 401)
            except BadBodyError as error:
                return _no(error.code, error.status)
            except MappingError as error:
                return _no(error.reason, 400)

        return guarded

    return wrap


@csrf_exempt
@open_to_all("Youzan signs the exact bytes it posts")
@hook("POST", content_type="application/json", max_bytes=MAX_BYTES)
def youzan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer a push: 200 stored, 202 kept for a person, 4xx for what is no push of this shop."""
    connection = pushes.youzan_connection(public_id)
    if connection is None:
        return _no("address.unknown", 404)
    post = pushes.SignedPost(
        client_id=request.headers.get("Client-Id", ""),
        sign=request.headers.get("Event-Sign", ""),
        body=request.body,
    )
    event = pushes.receive_push(connection=connection, post=post)
    # Youzan looks for the word "success" and sends everything else again.
    body = {"code": 0, "msg": "success"}
    return JsonResponse(body, status=202 if pushes.is_parked(event) else 200)


@csrf_exempt
@open_to_all("WeCom signs and encrypts what it sends")
@hook("GET", "POST", max_bytes=callbacks.MAX_BYTES)
def wecom(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Answer WeCom's check of this address with the bare text, a press with its card's new button."""
    connection = callbacks.wecom_connection(public_id)
    if connection is None:
        return _no("address.unknown", 404)
    query = callbacks.Query(
        signature=request.GET.get("msg_signature", ""),
        timestamp=request.GET.get("timestamp", ""),
        nonce=request.GET.get("nonce", ""),
    )
    if request.method == "GET":
        text = request.GET.get("echostr", "")
        echo = callbacks.echo(connection=connection, query=query, text=text)
        return HttpResponse(echo, content_type="text/plain")
    reply = callbacks.receive(connection=connection, query=query, body=request.body)
    return HttpResponse(reply, content_type="text/xml" if reply else "text/plain")


def _unfit(
    request: HttpRequest, methods: tuple[str, ...], content_type: str, max_bytes: int
) -> HttpResponse | None:
    length = request.headers.get("Content-Length", "")
    if request.method not in methods:
        response = _no("method", 405)
        response["Allow"] = ", ".join(methods)
        return response
    if request.method == "POST" and not length.strip("0"):
        return _no("empty", 400)
    if content_type and request.content_type != content_type:
        return _no("content_type", 415)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        return _no("content_encoding", 415)
    if length.isdecimal() and int(length) > max_bytes:
        return _no("too_large", 413)
    return None


def _no(code: str, status: int) -> HttpResponse:
    return JsonResponse({"code": status, "msg": code}, status=status)
