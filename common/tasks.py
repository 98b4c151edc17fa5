"""A Celery task belongs to a tenant, and does not run without it."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task
from django.db import close_old_connections, connection
from django_tenants.utils import get_public_schema_name, get_tenant_model, schema_context
from django_tenants.utils import tenant_context as in_tenant

from common.schema import current_schema

log = logging.getLogger(__name__)

SCHEMA_HEADER = "kuaqu_schema"


class TenantRefusedError(RuntimeError):
    """The message names no tenant that may work now; nothing was run."""


def active_schemas() -> list[str]:
    """Return the schema names of the tenants that may work now, oldest first."""
    public = get_public_schema_name()
    with schema_context(public):
        tenants = get_tenant_model().objects.filter(status="active").exclude(schema_name=public)
        return list(tenants.order_by("pk").values_list("schema_name", flat=True))


def working_tenant(schema: str | None) -> Any:
    """Return the active tenant of a schema that really exists, else raise TenantRefusedError.

    PostgreSQL takes a search_path to a missing schema without a word and every query then reads
    and writes `public`; so the schema is looked for, not believed.
    """
    public = get_public_schema_name()
    if not schema or schema == public:
        raise TenantRefusedError("the message names no tenant")
    with schema_context(public):
        tenant = get_tenant_model().objects.filter(schema_name=schema).first()
        if tenant is None:
            raise TenantRefusedError(f"no tenant has the schema {schema}")
        if tenant.status != "active":
            raise TenantRefusedError(f"tenant {schema} is {tenant.status}")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
            if cursor.fetchone() is None:
                raise TenantRefusedError(f"tenant {schema} has no schema in the database")
    return tenant


class TenantTask(Task):  # type: ignore[misc]  # Celery carries no types
    """Base of all tasks: takes the schema along and works inside it, or refuses.

    The tenant is resolved here and not in a `task_prerun` receiver, because Celery swallows what
    a receiver raises and runs the body all the same. `shared = True` on a task class declares
    that it works for no tenant, in the public schema.
    """

    shared = False

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """Send the task with the current schema in its headers."""
        headers = {SCHEMA_HEADER: current_schema(), **(options.pop("headers", None) or {})}
        return super().apply_async(*args, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the body in its tenant; TenantRefusedError when there is none to run it in."""
        if not connection.in_atomic_block:
            close_old_connections()
        if self.shared:
            with schema_context(get_public_schema_name()):
                return self.run(*args, **kwargs)
        schema = self._schema_of_message()
        try:
            tenant = working_tenant(schema)
        except TenantRefusedError as refusal:
            log.error("task %s %s refused: %s", self.name, args, refusal)
            raise
        with in_tenant(tenant):
            if current_schema() != schema:
                raise TenantRefusedError(f"connected to {current_schema()}, not to {schema}")
            return self.run(*args, **kwargs)

    def _schema_of_message(self) -> str | None:
        """Read the header: a worker has it on the request itself, eager runs under `headers`."""
        request = self.request
        nested = request.get("headers") or {}
        return request.get(SCHEMA_HEADER) or nested.get(SCHEMA_HEADER)
