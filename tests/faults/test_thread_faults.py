"""The thread under faults: a worker dies in the middle of a settlement, Redis forgets everything."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from common.outbox.models import OutboxRow
from settlement.models import JournalEntry, Settlement
from tests.faults.processes import ROOT, eventually, kill_group
from tests.faults.test_killed_worker import all_closed
from tests.settlement.company import Company, found
from tests.workorders import walking
from tests.workorders.world import open_order, shop_order
from workorders.models import WorkOrder

pytestmark = pytest.mark.commits
# What another session holds makes a settlement wait: entry and lines are written, nothing committed.
HOLD = "LOCK TABLE t_alpha.settlement_release IN SHARE ROW EXCLUSIVE MODE"
WAITING = (
    "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation"
    " WHERE relname = 'settlement_release' AND NOT granted"
)


@pytest.fixture
def company(parts) -> Company:
    """The company of the settlement tests, on the database of the parts."""
    return found()


def completed(company: Company, *numbers: int) -> list[WorkOrder]:
    """Complete an order for each number, as people would; what follows is left to the parts."""
    orders = []
    for number in numbers:
        facts = shop_order(number=f"E-fault-{number}", buyer_ref=f"buyer-{number}")
        orders.append(walking.complete(open_order(company.world, facts), company.world))
    return orders


def children(part: subprocess.Popen[bytes]) -> list[int]:
    """Return the ids of a part's own processes."""
    return [
        int(pid) for pid in Path(f"/proc/{part.pid}/task/{part.pid}/children").read_text().split()
    ]


def settled_once(orders: list[WorkOrder]) -> bool:
    """Whether every order has its one active settlement and its one entry."""
    active = Settlement.objects.filter(work_order__in=orders, status="active").count()
    entries = JournalEntry.objects.filter(work_order__in=orders, kind="settlement").count()
    return active == entries == len(orders)


def assert_sound() -> None:
    """Run the command that finds what should never be, as an operator does."""
    addresses = {
        name: f"{getattr(settings, name).rsplit('/', 1)[0]}/{settings.DATABASES['default']['NAME']}"
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check_invariants", "--all", "--json"],
        cwd=ROOT,
        env=os.environ | addresses | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True), done.stdout


@pytest.mark.parametrize("whole", [False, True], ids=["its child", "the whole worker"])
def test_a_settlement_whose_worker_is_killed_in_the_middle_is_made_once_by_the_next(
    parts, company, own_database, whole
):
    with psycopg.connect(own_database["DATABASE_OWNER_URL"]) as holder:
        holder.execute(HOLD)
        worker = parts.worker()
        parts.relay()
        orders = completed(company, 1)
        eventually(lambda: holder.execute(WAITING).fetchone() == (1,), parts)
        assert not Settlement.objects.exists()
        if whole:
            kill_group(worker)
            parts.worker()
        else:
            for child in children(worker):
                os.kill(child, signal.SIGKILL)
    eventually(lambda: settled_once(orders), parts)
    eventually(all_closed, parts)
    assert settled_once(orders)
    starts = OutboxRow.objects.filter(topic="WorkOrderCompleted", handler__startswith="settlement.")
    assert [row.tries for row in starts] == [2]
    assert_sound()


def test_a_redis_that_forgets_everything_in_between_loses_no_settlement(parts, company, broker):
    orders = completed(company, 1, 2)
    broker.flushdb()
    parts.relay()
    parts.worker()
    eventually(lambda: Settlement.objects.exists(), parts)
    broker.flushdb()
    orders += completed(company, 3)
    broker.flushdb()
    eventually(lambda: settled_once(orders), parts)
    eventually(all_closed, parts)
    assert settled_once(orders)
    assert_sound()
