"""Signed tokens that are worth nothing at another tenant."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.db import connection


def _salt(purpose: str) -> str:
    return f"{connection.schema_name}:{purpose}"


def sign(purpose: str, value: Any) -> str:
    """Return a URL-safe token for a JSON value, bound to the current tenant and the purpose."""
    return signing.dumps(value, salt=_salt(purpose), compress=True)


def unsign(purpose: str, token: str, *, max_age_s: int | None = None) -> Any:
    """Return the value; raises django.core.signing.BadSignature for foreign or altered tokens."""
    return signing.loads(token, salt=_salt(purpose), max_age=max_age_s)
