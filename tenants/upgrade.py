"""Brings schemas up to today's migrations: only those that are behind, each on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from tenants.fingerprint import MigrationKey, migrations_on_disk
from tenants.grants import grant_schema
from tenants.owner import as_owner, owner_connection
from tenants.selectors import tenants_with_schema

Say = Callable[[str], None]
# Schemas asked about in one statement; a far longer one would take long to plan.
_AT_ONCE = 200


def upgrade_public(say: Say) -> None:
    """Migrate the public schema when it is behind, and grant it then.

    Migrations of the companies' own packages change nothing in public; they are recorded there and
    not run, because going through all their states takes as long as all of a company's migrations.
    """
    if _exists("public", "django_migrations") and not behind(["public"]):
        return
    say("public: migrating")
    migrate = partial(call_command, "migrate_schemas", shared=True, interactive=False, verbosity=0)
    with as_owner():
        for label in shared_labels():
            migrate(app_label=label)
        migrate(fake=True)
    grant("public")


def shared_labels() -> list[str]:
    """Return the labels of the packages with migrations that have tables in public, in order."""
    migrated = {label for label, _name in migrations_on_disk()}
    named = {config.name: config.label for config in apps.get_app_configs()}
    return [named[name] for name in settings.SHARED_APPS if named[name] in migrated]


def upgrade_tenants(say: Say) -> int:
    """Migrate every tenant that lacks a migration; returns how many were.

    May be stopped at any time and started again: what is current is skipped.
    """
    schemas = list(
        tenants_with_schema().order_by("schema_name").values_list("schema_name", flat=True)
    )
    late = behind(schemas)
    for number, schema in enumerate(late, start=1):
        say(f"{schema}: migrating ({number} of {len(late)})")
        with as_owner():
            call_command("migrate_schemas", schema_name=schema, interactive=False, verbosity=0)
        grant(schema)
    return len(late)


def behind(schemas: Iterable[str]) -> list[str]:
    """Return those of the schemas that do not record every migration on disk."""
    wanted = set(migrations_on_disk())
    return [schema for schema, done in _recorded(list(schemas)).items() if wanted - done]


def _recorded(schemas: list[str]) -> dict[str, set[MigrationKey]]:
    done: dict[str, set[MigrationKey]] = {schema: set() for schema in schemas}
    for start in range(0, len(schemas), _AT_ONCE):
        parts = [
            sql.SQL("SELECT {}, app, name FROM {}.django_migrations").format(
                sql.Literal(schema), sql.Identifier(schema)
            )
            for schema in schemas[start : start + _AT_ONCE]
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(" UNION ALL ").join(parts).as_string())
            for schema, app, name in cursor.fetchall():
                done[schema].add((app, name))
    return done


def grant(schema: str) -> None:
    """Give the application role its rights on one schema anew."""
    with owner_connection() as own, own.transaction(), own.cursor() as cursor:
        grant_schema(cursor, schema)


def _exists(schema: str, table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(format('%%I.%%I', %s::text, %s::text))", [schema, table])
        return bool(cursor.fetchone()[0])
