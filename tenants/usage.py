"""What a company used in a month and what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Sum

from tenants.models import Plan, Tenant, UsageMonth, UsageNote

if TYPE_CHECKING:
    from datetime import date


def bill_fen(plan: Plan, orders: int) -> int:
    """Return fen for a month's orders: the plan's free ones cost nothing, each further one its price."""
    return max(0, orders - plan.free_orders_per_month) * plan.price_fen_per_order


def usage_bill(schema_name: str, month: date) -> int:
    """Return fen for the calendar month of the given day; 0 when nothing was used.

    Raises Tenant.DoesNotExist for an unknown schema.
    """
    plan = Tenant.objects.select_related("plan").get(schema_name=schema_name).plan
    return bill_fen(plan, orders_by_schema([schema_name], month).get(schema_name, 0))


def orders_by_schema(schema_names: Iterable[str], month: date) -> dict[str, int]:
    """Return billable orders per schema in the calendar month of the given day."""
    rows = UsageMonth.objects.filter(schema_name__in=list(schema_names), month=month.replace(day=1))
    return dict(rows.values_list("schema_name", "orders"))


def counted_keys(schema_name: str) -> set[str]:
    """Return the keys of a tenant's notes that were counted."""
    rows = UsageNote.objects.filter(schema_name=schema_name)
    return set(rows.values_list("source_key", flat=True))


def counted_orders(schema_name: str) -> int:
    """Return the billable orders metered for a tenant over all months."""
    rows = UsageMonth.objects.filter(schema_name=schema_name)
    return int(rows.aggregate(total=Sum("orders"))["total"] or 0)
