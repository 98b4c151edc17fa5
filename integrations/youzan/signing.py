"""Youzan's push: its signature over the exact bytes, and its body read strictly."""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

from integrations.errors import BadBodyError, ForgedMessageError, MappingError
from integrations.fields import id_text, needed_id, text
from integrations.strict_json import JsonObject, load_object


@dataclass(frozen=True, slots=True)
class Push:
    """One push; `version` orders pushes of one order, `msg_id` recognises a repetition.

    `order_number` is "" for pushes that are not about an order.
    """

    event_type: str
    order_number: str
    msg_id: str
    version: int
    shop_id: str
    status: str
    is_test: bool
    message: JsonObject
    was_cleaned: bool


def event_sign(client_id: str, body: bytes, client_secret: str) -> str:
    """The value of the Event-Sign header for these exact bytes (MSG/197: md5, lower-case hex)."""
    signed = client_id.encode() + body + client_secret.encode()
    return hashlib.md5(signed, usedforsecurity=False).hexdigest()


def verify_push(
    *, client_id: str, client_secret: str, sent_client_id: str, sent_sign: str, body: bytes
) -> None:
    """Return when the push is Youzan's, else raise ForgedMessageError.

    The signature holds neither time nor nonce, so a recorded push can be sent again: the caller
    drops repetitions by `msg_id`.
    """
    expected = event_sign(client_id, body, client_secret)
    same_client = hmac.compare_digest(sent_client_id.encode(), client_id.encode())
    same_sign = hmac.compare_digest(sent_sign.lower().encode(), expected.encode())
    if not (same_client and same_sign):
        raise ForgedMessageError("signature")


def parse_push(body: bytes) -> Push:
    """Read a verified push; raises BadBodyError or MappingError."""
    loaded = load_object(body)
    outer = loaded.value
    message = _message(outer)
    order_number = id_text(message, "tid")
    event_type = text(outer, "type")
    if not order_number and "trade_" in event_type and "efund" not in event_type:
        order_number = id_text(outer, "id")
    return Push(
        event_type=event_type,
        order_number=order_number,
        msg_id=needed_id(outer, "msg_id"),
        version=_version(outer.get("version", 0)),
        shop_id=needed_id(outer, "kdt_id"),
        status=text(outer, "status"),
        is_test=outer.get("test") is True,
        message=message,
        was_cleaned=loaded.cleaned,
    )


def _message(outer: JsonObject) -> JsonObject:
    # trade_* carry a URL-encoded JSON text, the newer youzan_trade_Refund* a JSON object.
    message = outer.get("msg")
    if isinstance(message, dict):
        return message
    if not isinstance(message, str) or not message:
        return {}
    # Whether a space is %20 or + is not specified: a plus inside an address must survive the
    # strict reading, and only a text that is no JSON that way is read the other way.
    try:
        return load_object(_bytes(unquote(message, errors="strict"))).value
    except (BadBodyError, UnicodeDecodeError):
        pass
    try:
        return load_object(_bytes(unquote_plus(message, errors="strict"))).value
    except UnicodeDecodeError as error:
        raise BadBodyError("json.not_utf8", 400) from error


def _bytes(decoded: str) -> bytes:
    try:
        return decoded.encode()
    except UnicodeEncodeError as error:
        raise BadBodyError("json.lone_surrogate", 400) from error


def _version(value: object) -> int:
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise MappingError("version", "version.malformed", value)
    return value
