"""Shows what a platform sent with the persons in it masked."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

_NAMES = frozenset(
    {"receiver_name", "buyer_nick", "user_name", "worker_name", "contact_name", "fans_nickname"}
    | {"buyer_name", "name", "seller_memo", "trade_memo"}
)
_HIDDEN = frozenset(
    {"delivery_address", "receiver_address", "address_detail", "address_extra", "delivery_lat"}
    | {"delivery_lng", "receiver_tel", "receiver_mobile", "receiver_phone", "buyer_phone"}
    | {"mobile", "phone", "tel", "receiver_zip", "delivery_postal_code", "oaid", "lon", "lat"}
    | {"buyer_message", "buyer_messages", "outer_user_id", "self_fetch_info"}
)
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_CIPHER = re.compile(r"\$[^$]+\$\d*\$?")
_ENCODED_JSON = ("%7B", "%7b", "{")
DOTS = "•••"


def masked_payload(body: str) -> str:
    """Return a stored body for people: indented JSON or text, without name, number or door."""
    try:
        value = json.loads(body)
    except ValueError:
        return _masked_text(body)
    return json.dumps(_masked(value), ensure_ascii=False, indent=2)


def _masked(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _masked(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, key) for item in value]
    if key in _HIDDEN and value not in (None, ""):
        return DOTS
    if not isinstance(value, str):
        return value
    if key in _NAMES and value:
        return value[:1] + "**"
    if value.startswith(_ENCODED_JSON):
        return _inner(value)
    return _masked_text(value)


def _inner(value: str) -> Any:
    # A JSON text inside a JSON text, URL-encoded in Youzan's pushes.
    try:
        return _masked(json.loads(unquote(value)))
    except (ValueError, RecursionError):
        return DOTS


def _masked_text(text: str) -> str:
    return _MOBILE.sub(r"\1****\2", _CIPHER.sub(DOTS, text))
