"""Secrets at rest: AES-GCM, bound to the schema and the row they belong to."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from common.schema import current_schema

KEY_ID = "k1"


class SealBroken(ValueError):  # noqa: N818  (says what happened)
    """The text was altered, or belongs to another tenant, row or key."""


def _key() -> bytes:
    key = base64.b64decode(settings.FIELD_KEY)
    if len(key) != 32:
        raise ImproperlyConfigured("FIELD_KEY must be 32 bytes in base64")
    return key


def _bound_to(place: str) -> bytes:
    return f"{current_schema()}:{place}".encode()


def seal(plain: str, *, place: str) -> str:
    """Encrypt a text for one place, such as `connection:12:secret`."""
    nonce = os.urandom(12)
    box = AESGCM(_key()).encrypt(nonce, plain.encode(), _bound_to(place))
    return f"{KEY_ID}:{base64.b64encode(nonce + box).decode()}"


def unseal(sealed: str, *, place: str) -> str:
    """Return the text; raises SealBroken when tenant, place, key or text do not match."""
    key_id, _colon, encoded = sealed.partition(":")
    if key_id != KEY_ID:
        raise SealBroken(f"unknown key {key_id}")
    raw = base64.b64decode(encoded)
    try:
        return AESGCM(_key()).decrypt(raw[:12], raw[12:], _bound_to(place)).decode()
    except InvalidTag as broken:
        raise SealBroken(place) from broken
