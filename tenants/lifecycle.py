"""Suspending, resuming and closing a company: states, never deletions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict
from tenants.host_lookup import forget_hosts
from tenants.models import Tenant
from tenants.owner import owner_connection


def suspend_tenant(schema_name: str) -> None:
    """Turn visitors away and let no task run; Conflict unless the company is active."""
    _change(schema_name, Tenant.Status.ACTIVE, Tenant.Status.SUSPENDED)


def resume_tenant(schema_name: str) -> None:
    """Let a suspended company work again; Conflict unless it is suspended."""
    _change(schema_name, Tenant.Status.SUSPENDED, Tenant.Status.ACTIVE)


def close_tenant(schema_name: str) -> None:
    """Begin the end: hosts answer 410, nothing runs, all data stays until it is exported."""
    _change(schema_name, Tenant.Status.SUSPENDED, Tenant.Status.CLOSING)


def _change(schema_name: str, before: Tenant.Status, after: Tenant.Status) -> None:
    with owner_connection() as own:
        done = own.execute(
            "UPDATE public.tenants_tenant SET status = %s"
            " WHERE schema_name = %s AND kind = %s AND status = %s",
            (after.value, schema_name, Tenant.Kind.COMPANY.value, before.value),
        )
        if done.rowcount != 1:
            raise Conflict("tenant.state", _("The company's state has changed, please reload"))
    forget_hosts()
