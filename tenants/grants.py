"""What the application role may do in each schema: rows yes, structure no, the past never."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from tenants.owner import application_role, owner_role

_GUARDED = """
    SELECT c.relname FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE t.tgname = 'append_only' AND n.nspname = %s
"""
# Written by the owner alone: who is a tenant, and where, is never changed by a request's role.
_READ_ONLY_PUBLIC = (
    "django_migrations",
    "django_content_type",
    "tenants_plan",
    "tenants_tenant",
    "tenants_domain",
)
_WRITABLE_PUBLIC = ("tenants_usagemonth", "tenants_usagenote")


def grant_schema(cursor: psycopg.Cursor[Any], schema: str) -> None:
    """Give the application role its rights on a tenant's schema, or on public.

    Tables with a trigger named `append_only` lose UPDATE and DELETE; nobody gets TRUNCATE. Where
    one role serves and owns (a single address is configured) nothing is granted or revoked: the
    triggers are then the only guard.
    """
    if application_role() == owner_role():
        return
    if schema == "public":
        _grant_public(cursor)
        return
    names = {"schema": sql.Identifier(schema), "app": sql.Identifier(application_role())}
    for statement in (
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {app}",
        "GRANT USAGE ON SCHEMA {schema} TO {app}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {app}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {app}",
        "REVOKE INSERT, UPDATE, DELETE ON {schema}.django_migrations FROM {app}",
    ):
        cursor.execute(sql.SQL(statement).format(**names))
    cursor.execute(_GUARDED, (schema,))
    for (table,) in cursor.fetchall():
        cursor.execute(
            sql.SQL("REVOKE UPDATE, DELETE ON {}.{} FROM {}").format(
                names["schema"], sql.Identifier(table), names["app"]
            )
        )


def _grant_public(cursor: psycopg.Cursor[Any]) -> None:
    app = sql.Identifier(application_role())
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app))
    cursor.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(app))
    for rights, tables in (
        (sql.SQL("SELECT"), _READ_ONLY_PUBLIC),
        (sql.SQL("SELECT, INSERT, UPDATE, DELETE"), _WRITABLE_PUBLIC),
    ):
        named = sql.SQL(", ").join(sql.Identifier("public", table) for table in tables)
        cursor.execute(sql.SQL("GRANT {} ON {} TO {}").format(rights, named, app))
    cursor.execute(
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(app)
    )
