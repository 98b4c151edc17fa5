"""Short-lived connections as the owner role, on the database the application is using."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.utils import load_backend
from psycopg.conninfo import conninfo_to_dict, make_conninfo


def owner_address() -> str:
    """Return the owner's connection string; raises nothing, connects nowhere.

    The database name is the current connection's: a clone made for a test has another name than
    the one in the address.
    """
    return make_conninfo(settings.DATABASE_OWNER_URL, dbname=connection.settings_dict["NAME"])


def owner_role() -> str:
    """Return the name of the role that migrates and provisions."""
    return str(conninfo_to_dict(settings.DATABASE_OWNER_URL).get("user") or "")


def application_role() -> str:
    """Return the name of the role that serves requests."""
    return str(conninfo_to_dict(settings.DATABASE_URL).get("user") or "")


@contextmanager
def owner_connection() -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Yield a connection of its own as the owner, in autocommit, closed afterwards.

    Its own because a replayed dump changes the search_path for the whole connection, and a
    connection used for requests must never carry that on.
    """
    with psycopg.connect(owner_address(), autocommit=True, connect_timeout=5) as own:
        yield own


@contextmanager
def as_owner() -> Iterator[None]:
    """Let Django's own commands (migrations) in this thread work as the owner inside the block."""
    before = connections[DEFAULT_DB_ALIAS]
    owner = conninfo_to_dict(settings.DATABASE_OWNER_URL)
    settings_dict = before.settings_dict | {
        "USER": str(owner.get("user") or ""),
        "PASSWORD": str(owner.get("password") or ""),
    }
    backend = load_backend(str(settings_dict["ENGINE"]))
    connections[DEFAULT_DB_ALIAS] = backend.DatabaseWrapper(settings_dict, DEFAULT_DB_ALIAS)
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections[DEFAULT_DB_ALIAS] = before
