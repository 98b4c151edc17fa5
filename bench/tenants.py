"""Measures how long a new company takes, against making its tables by migrations."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.figures import Figure, at_most, figure, median, print_figures  # noqa: E402 - finds packages first
from bench.product import product  # noqa: E402 - as above

COMPANIES = 9
MIGRATIONS = 2


def created(number: int, *, with_admin: bool) -> float:
    """Create one company and return the seconds it took."""
    from tenants.provisioning import FirstAdmin, create_tenant

    admin = FirstAdmin("admin", "管理员", "13800000001", "a long password") if with_admin else None
    slug = f"bench{'a' if with_admin else 'b'}{number}"
    started = perf_counter()
    create_tenant(name=f"公司{number}", slug=slug, admin=admin, pack=None)
    return perf_counter() - started


def migrated(number: int) -> float:
    """Make the tables of one company by running every migration; return the seconds it took."""
    from django.core.management import call_command
    from psycopg import sql

    from tenants.owner import as_owner, owner_connection

    name = f"bench_migrated_{number}"
    started = perf_counter()
    with owner_connection() as own:
        own.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
    with as_owner():
        call_command("migrate_schemas", schema_name=name, interactive=False, verbosity=0)
    return perf_counter() - started


def figures() -> Iterator[Figure]:
    """Measure alternately; one first run of each kind warms up and is not counted."""
    with product():
        by_migrations, bare, whole = [], [], []
        created(0, with_admin=True)
        migrated(0)
        for number in range(1, COMPANIES + 1):
            whole.append(created(number, with_admin=True))
            bare.append(created(number, with_admin=False))
            if number <= MIGRATIONS:
                by_migrations.append(migrated(number))
    reference = median(by_migrations)
    yield figure(
        "a new company with its administrator, p50", median(whole), "s", reference, at_most(0.3)
    )
    yield figure("a new company without an administrator, p50", median(bare), "s", reference)
    yield figure("a new company with its administrator, worst", max(whole), "s", reference)


if __name__ == "__main__":
    print_figures(__doc__, figures)
