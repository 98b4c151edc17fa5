"""Signed tokens that are worth nothing at another tenant."""

from __future__ import annotations

from typing import Any

from django.core import signing

from common.schema import current_schema


def _salt(purpose: str) -> str:
    return f"{current_schema()}:{purpose}"


def sign(purpose: str, value: Any) -> str:
    """Return a URL-safe token for a JSON value, bound to the current tenant and the purpose."""
    return signing.dumps(value, salt=_salt(purpose), compress=True)


def unsign(purpose: str, token: str, *, max_age_s: int | None = None) -> Any:
    """Return the value; raises django.core.signing.BadSignature for foreign or altered tokens."""
    return signing.loads(token, salt=_salt(purpose), max_age=max_age_s)
