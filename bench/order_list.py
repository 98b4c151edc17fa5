"""Measures the list of work orders at 1,000 and at 100,000 orders, as one page through all layers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.figures import Figure, figure, median, needs, print_figures, ratio_at_most  # noqa: E402 - finds packages first
from bench.product import product  # noqa: E402 - as above

if TYPE_CHECKING:
    from django.db.models import Model

FEW, MANY = 1_000, 100_000
REQUESTS = 30
BASE = 1_000_000
OUTLETS = 100
PAGE = "/orders/"


def copy_row(row: Model, first: int, last: int, **changes: str) -> None:
    """Insert copies of a row numbered `first` to `last` by one statement; `changes` are SQL over g.

    Every copy's own key is its number. For this bench alone: the product never writes so.
    """
    from django.db import connection

    columns = {field.column: field.column for field in row._meta.concrete_fields}
    columns |= {"id": "g", **changes}
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} "  # noqa: S608 - our own names
            f"FROM (SELECT * FROM {table} WHERE id = %s) AS one, generate_series(%s, %s) AS g",
            [row.pk, first, last],
        )


def grow(order: Any, first: int, last: int, outlets: list[int], branches: list[int]) -> None:
    """Copy a work order with its customer, contact, address, shop order and line."""
    from tenants.owner import owner_connection

    copy_row(order.customer, first, last)
    copy_row(order.contact, first, last, customer_id="g", phone_last4="right('000' || g, 4)")
    copy_row(order.address, first, last, customer_id="g")
    copy_row(order.line.order, first, last, number="'E' || g", customer_id="g")
    copy_row(order.line, first, last, order_id="g")
    at = "created_at + (g || ' seconds')::interval"
    copy_row(
        order, first, last, number="'WO-B-' || g", line_id="g", customer_id="g", contact_id="g",
        address_id="g", created_at=at, stage_since=at,
        served_by_id=f"(ARRAY{outlets})[1 + mod(g, {len(outlets)})]",
        settled_by_id=f"(ARRAY{branches})[1 + mod(g, {len(branches)})]",
        # One in fifty still waits; the others are history.
        meaning="CASE WHEN mod(g, 50) = 0 THEN meaning ELSE 'DONE' END",
        stage="CASE WHEN mod(g, 50) = 0 THEN stage ELSE 'done' END",
        completed_at=f"CASE WHEN mod(g, 50) <> 0 THEN {at} END",
    )  # fmt: skip
    with owner_connection() as own:
        own.execute("ANALYZE")


class Company:
    """A company with a number of orders, and browsers of two of its people."""

    def __init__(self, slug: str, count: int) -> None:
        from django.db import connection

        from accounts.roles import Role
        from network.models import OrgUnit
        from tenants.provisioning import create_tenant
        from tests.browsing import TenantClient
        from tests.cast import Place
        from tests.factories import UnitFactory, UserFactory
        from tests.workorders.world import make_world, open_order

        tenant = create_tenant(name=slug, slug=slug, admin=None, pack=None)
        connection.set_tenant(tenant)
        world = make_world()
        order = open_order(world)
        branch = OrgUnit.Kind.BRANCH
        branches = [UnitFactory(kind=branch, parent=world.hq, code=f"BB{n}").pk for n in range(10)]
        outlets = [UnitFactory(code=f"BO{n}") for n in range(OUTLETS)]
        grow(order, BASE + 1, BASE + count, [outlet.pk for outlet in outlets], branches)
        people = {
            "headquarters": world.admin,
            "an outlet with 1 order in 100": UserFactory(role=Role.OUTLET_MANAGER, unit=outlets[7]),
        }
        self.browsers = {}
        for name, user in people.items():
            self.browsers[name] = TenantClient(Place(f"{slug}.localhost", tenant.schema_name))
            self.browsers[name].force_login(user)

    def seconds(self, name: str, path: str) -> float:
        """Return how long one page takes."""
        started = perf_counter()
        answer = self.browsers[name].get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        return perf_counter() - started


def alternating(few: Company, many: Company, name: str, path: str) -> tuple[float, float]:
    """Return both medians in milliseconds; by turns, so that a busy machine slows both alike."""
    pairs = [(few.seconds(name, path), many.seconds(name, path)) for _n in range(REQUESTS + 3)]
    small, large = zip(*pairs[3:], strict=True)
    return median(small) * 1000, median(large) * 1000


def figures() -> Iterator[Figure]:
    """Measure for headquarters and for an outlet with one order in a hundred."""
    needs("factory")
    with product():
        few, many = Company("few", FEW), Company("many", MANY)
        against = f"{MANY:,} orders against {FEW:,}, p50"
        for name in few.browsers:
            small, large = alternating(few, many, name, PAGE)
            yield figure(f"list page of {name}, {against}", large, "ms", small, ratio_at_most(1.5))
            small, large = alternating(few, many, name, f"{PAGE}?q=WO-B-{BASE + 707}")
            yield figure(f"search by number of {name}, {against}", large, "ms", small)


if __name__ == "__main__":
    print_figures(__doc__, figures)
