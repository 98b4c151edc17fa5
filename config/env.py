"""Reads the environment with types and clear refusals."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """Return the variable, or the default when unset or empty."""
    return os.environ.get(name, "") or default


def flag(name: str, *, default: bool) -> bool:
    """Return True for 1/true/yes/on, False for 0/false/no/off."""
    raw = os.environ.get(name, "").lower()
    return default if raw == "" else raw in {"1", "true", "yes", "on"}


def count(name: str) -> int:
    """Return a number of things, 0 when unset; refuses what is no whole number from 0 up."""
    raw = text(name, "0")
    if not raw.isascii() or not raw.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}")
    return int(raw)


def names(name: str, default: str = "") -> list[str]:
    """Return a comma separated variable as a list without blanks."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


_JOINS_REORDERED = 5
"""Our lists join up to fifteen tables by their keys, in a good order as written. Trying all orders
of eight at a time takes PostgreSQL longer than the query."""


def database(url: str) -> dict[str, object]:
    """Turn postgres://user:password@host:port/name into Django's dictionary."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user@host:5432/name")
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "options": f"-c join_collapse_limit={_JOINS_REORDERED}"},
    }


def secret(name: str, *, production: bool, stand_in: str) -> str:
    """Return a secret; production refuses to start when it is missing, short or the stand-in."""
    value = os.environ.get(name, "")
    if not production:
        return value or stand_in
    if value in {"", stand_in} or len(value) < 32:
        raise ImproperlyConfigured(f"{name} is missing or too short: set a random value")
    return value


def none_in_production(name: str, *, production: bool) -> list[str]:
    """Return a list that only a machine of our own may set; production refuses to start with it."""
    found = names(name)
    if production and found:
        raise ImproperlyConfigured(f"{name} opens private addresses: unset it in production")
    return found
