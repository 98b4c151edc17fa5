"""Finds tenant tables that are missing in a schema, or that stand in public where none may be.

The danger is silent: a table missing in a tenant's schema makes PostgreSQL read the one in public.
"""

from __future__ import annotations

import logging

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection

from tenants.selectors import tenants_with_schema

log = logging.getLogger(__name__)

_COUNTS = """
    SELECT n.nspname, count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = ANY(%s) AND c.relkind IN ('r', 'p') AND n.nspname = ANY(%s)
    GROUP BY n.nspname
"""
_NAMES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = ANY(%s) AND c.relkind IN ('r', 'p') AND n.nspname = %s
"""


class IncompleteSchemasError(RuntimeError):
    """The server must not start: some schema lacks a table, or public holds a tenant's one."""


def _tables_of(app_names: list[str]) -> set[str]:
    labels = {config.label for config in apps.get_app_configs() if config.name in app_names}
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in labels and model._meta.managed and not model._meta.proxy
    }


def tenant_tables() -> set[str]:
    """Return the tables that stand in every tenant's schema."""
    return _tables_of(settings.TENANT_APPS)


def tables_never_public() -> set[str]:
    """Return the tables that may not stand in public: all of the tenants' but contenttypes'."""
    return tenant_tables() - _tables_of(settings.SHARED_APPS)


def assert_schemas() -> None:
    """Raise IncompleteSchemasError unless every schema has all its tables and public none of them.

    Two catalogue queries however many tenants there are; called when a server or worker starts.
    """
    problems = schema_problems()
    if problems:
        raise IncompleteSchemasError("; ".join(problems))


def check_at_start() -> None:
    """Make the check where a server or worker starts, and leave no connection behind for a fork.

    A database that does not answer is waited for by those who use it: a part that starts while it
    is being restarted must not stay away for good.
    """
    try:
        assert_schemas()
    except OperationalError as error:
        log.warning("the schemas were not checked, the database does not answer: %s", error)
    finally:
        connection.close()


def refuse_as_worker(**_: object) -> None:
    """Make the check in a Celery worker; SystemExit, because Celery swallows other exceptions."""
    try:
        check_at_start()
    except IncompleteSchemasError as problem:
        raise SystemExit(f"not started: {problem}") from problem


def schema_problems() -> list[str]:
    """Return one English sentence per schema that is not as it should be."""
    wanted = sorted(tenant_tables())
    schemas = list(tenants_with_schema().values_list("schema_name", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [wanted, schemas])
        counts = dict(cursor.fetchall())
        problems = [
            f"{schema} lacks {', '.join(sorted(set(wanted) - _present(schema, wanted)))}"
            for schema in schemas
            if counts.get(schema, 0) != len(wanted)
        ]
    strays = _present("public", sorted(tables_never_public()))
    if strays:
        problems.append(f"public holds tables of tenants: {', '.join(sorted(strays))}")
    return problems


def _present(schema: str, tables: list[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [tables, schema])
        return {name for (name,) in cursor.fetchall()}
