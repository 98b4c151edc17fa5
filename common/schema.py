"""The schema the running code works in."""

from __future__ import annotations

from django.db import connection


def current_schema() -> str:
    """Return the schema name of the current tenant, `public` outside any tenant."""
    return str(connection.schema_name)  # type: ignore[attr-defined]  # django-tenants adds it
