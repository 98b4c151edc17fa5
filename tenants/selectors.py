"""Which tenants there are, and what the platform's staff sees of them: state and bill alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from tenants.models import Domain, Tenant
from tenants.usage import bill_fen, orders_by_schema

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company with its host, its billable orders of a month and what they cost in fen."""

    tenant: Tenant
    host: str
    orders: int
    bill_fen: int


def active_tenants() -> QuerySet[Tenant]:
    """Return the tenants whose people may sign in and whose tasks may run, by name."""
    return _all().filter(status=Tenant.Status.ACTIVE)


def tenants_with_schema() -> QuerySet[Tenant]:
    """Return the tenants whose schema is complete: all but half-made ones, by name."""
    return _all().exclude(status=Tenant.Status.PROVISIONING)


def _all() -> QuerySet[Tenant]:
    found: QuerySet[Tenant] = Tenant.objects.order_by("name", "pk")
    return found


def companies() -> QuerySet[Tenant]:
    """Return all companies, the newest first."""
    found = _all().filter(kind=Tenant.Kind.COMPANY).select_related("plan")
    return found.order_by("-created_at", "-pk")


def company_rows(tenants: Sequence[Tenant], month: date) -> list[CompanyRow]:
    """Return the rows for some companies in the given order; two queries."""
    orders = orders_by_schema([tenant.schema_name for tenant in tenants], month)
    hosts = Domain.objects.filter(tenant__in=tenants, is_primary=True)
    host_of = dict(hosts.values_list("tenant_id", "domain"))
    return [
        CompanyRow(
            tenant=tenant,
            host=host_of.get(tenant.pk, ""),
            orders=(used := orders.get(tenant.schema_name, 0)),
            bill_fen=bill_fen(tenant.plan, used),
        )
        for tenant in tenants
    ]


def companies_by_status() -> dict[str, int]:
    """Return how many companies are in each state."""
    counted = _all().filter(kind=Tenant.Kind.COMPANY).order_by().values_list("status")
    return dict(counted.annotate(Count("pk")))
