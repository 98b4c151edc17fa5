"""A company with any number of settled orders: real ones of the demo, copied in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.order_list import copy_row

if TYPE_CHECKING:
    from datetime import date

    from settlement.models import Settlement

BASE = 10_000_000
LINES_APART = 100
WALKED = 60


def make_company() -> None:
    """Make the demo company with some walked orders, and work in its schema from here on."""
    from django.db import connection
    from django_tenants.utils import tenant_context

    from config.demo.building import ensure_company
    from config.demo.history import make_orders
    from config.demo.plan import companies

    company = companies()[0]
    tenant, _is_new = ensure_company(company)
    with tenant_context(tenant):
        make_orders(company, WALKED)
    connection.set_tenant(tenant)


def models_of_settlement() -> list[Settlement]:
    """The settlements to copy: active, and of one set of rules."""
    from settlement.models import Settlement

    found = Settlement.objects.filter(status=Settlement.Status.ACTIVE).order_by("pk")
    return list(found.select_related("work_order__line").prefetch_related("lines"))


def copy_settlements(count: int) -> None:
    """Copy every real settlement with its work order and lines until `count` more exist.

    Distance, day and amounts paid stay those of the originals, so each copy adds up.
    """
    from tenants.owner import owner_connection

    originals = models_of_settlement()
    share = -(-count // len(originals))
    first = BASE
    for original in originals:
        last = min(first + share, BASE + count) - 1
        if last < first:
            break
        _copy(original, first, last)
        first = last + 1
    with owner_connection() as own:
        own.execute("ANALYZE")


def _copy(settlement: Settlement, first: int, last: int) -> None:
    order = settlement.work_order
    copy_row(order.line, first, last, line_id="'B' || g")
    copy_row(order, first, last, number="'WO-B-' || g", line_id="g")
    copy_row(settlement, first, last, work_order_id="g", estimate_id="NULL")
    for line in settlement.lines.all():
        copy_row(line, first, last, id=f"g::bigint * {LINES_APART} + {line.seq}", settlement_id="g")


def newest_day() -> date:
    """The last day a settled order was done on."""
    from django.db.models import Max

    from settlement.models import Settlement

    found: date = Settlement.objects.aggregate(last=Max("done_on"))["last"]
    return found
