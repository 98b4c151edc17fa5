"""A worker killed while differences are sought or posted: each order is counted and corrected once."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from settlement.models import JournalEntry, RecomputeRun
from settlement.recompute.running import approve_recompute, start_recompute
from tests.faults.processes import eventually, kill_group
from tests.settlement.company import found, settled
from tests.settlement.recompute.cast import broken, dearer, proposed

pytestmark = pytest.mark.commits
State = RecomputeRun.State


def somebody_waits_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


def posted():
    return JournalEntry.objects.filter(kind="difference").count()


def test_differences_are_posted_once_whatever_is_killed(parts, own_database):
    company = found()
    orders = [settled(company, f"E{n}").work_order_id for n in range(4)]
    run = proposed(company, dearer())
    approve_recompute(run_id=run.pk, actor=company.world.admin)
    with psycopg.connect(own_database["DATABASE_OWNER_URL"]) as blocker:
        # The last order of the chunk is held: the others are corrected, and nothing is committed.
        blocker.execute("SELECT set_config('search_path', %s, false)", [connection.schema_name])
        blocker.execute(
            "SELECT 1 FROM workorders_workorder WHERE id = %s FOR UPDATE", [max(orders)]
        )
        worker = parts.worker()
        parts.relay()
        eventually(somebody_waits_for_a_lock, parts)
        kill_group(worker)
        assert posted() == 0
    parts.worker()
    eventually(lambda: RecomputeRun.objects.get(pk=run.pk).state == State.APPLIED, parts)
    assert (posted(), broken()) == (4, [])
    again = start_recompute(reason="再算", actor=company.finance)
    eventually(lambda: RecomputeRun.objects.get(pk=again.pk).state == State.REVIEW, parts)
    assert not again.differences.exists()


def test_differences_are_sought_once_whatever_is_killed(parts, own_database):
    company = found()
    orders = [settled(company, f"E{n}").work_order_id for n in range(4)]
    run = start_recompute(version=dearer(), reason="涨价", actor=company.finance)
    with psycopg.connect(own_database["DATABASE_OWNER_URL"]) as blocker:
        # All is computed, and nothing of it can be written.
        blocker.execute("SELECT set_config('search_path', %s, false)", [connection.schema_name])
        blocker.execute("LOCK TABLE settlement_recomputedifference IN SHARE MODE")
        worker = parts.worker()
        parts.relay()
        eventually(somebody_waits_for_a_lock, parts)
        kill_group(worker)
        run.refresh_from_db()
        assert (run.state, run.done, run.totals) == (State.COMPUTING, 0, {})
    parts.worker()
    eventually(lambda: RecomputeRun.objects.get(pk=run.pk).state == State.REVIEW, parts)
    run.refresh_from_db()
    found_in = run.differences.values_list("work_order_id", "party_id")
    assert sorted({order for order, _party in found_in}) == sorted(orders)
    assert len(found_in) == len(set(found_in))
    assert (run.done, run.totals["orders"], posted()) == (4, 4, 0)
    assert run.totals["up_fen"] + run.totals["down_fen"] == 0
    approve_recompute(run_id=run.pk, actor=company.world.admin)
    eventually(lambda: RecomputeRun.objects.get(pk=run.pk).state == State.APPLIED, parts)
    assert (posted(), broken()) == (4, [])
