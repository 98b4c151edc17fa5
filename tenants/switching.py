"""Moves this thread's connection between schemas; the typed face of the library's wrapper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from tenants.models import Tenant

_wrapper: Any = connection


def enter_schema(tenant: Tenant) -> None:
    """Let every following query of this thread work in the tenant's schema."""
    _wrapper.set_tenant(tenant)


def leave_schema() -> None:
    """Go back to public."""
    _wrapper.set_schema_to_public()
