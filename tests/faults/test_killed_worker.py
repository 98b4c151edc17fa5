"""Whatever is killed, whenever: every piece of work takes effect exactly once."""

from __future__ import annotations

import os
import signal

import psycopg
import pytest
from django.db import connection, transaction
from django_tenants.utils import schema_context

from common.journal.models import AuditRecord
from common.outbox import announce
from common.outbox.models import OPEN, OutboxRow
from tests.cast import ALPHA, BETA
from tests.faults.fault_cast import StepTaken, stopped_at
from tests.faults.processes import eventually, kill_group

pytestmark = pytest.mark.commits


def announce_steps(*numbers, stop=""):
    with transaction.atomic():
        for number in numbers:
            announce(StepTaken(number, stop))


def steps_done():
    """Return the numbers of the steps that took effect, each as often as it did."""
    rows = AuditRecord.objects.filter(action="fault.step")
    return sorted(row.details["number"] for row in rows)


def all_closed():
    return not OutboxRow.objects.filter(OPEN).exists()


def waiting_child(parts, number):
    """Return the id of the process that waits in a step, once it does."""
    here = stopped_at(parts.folder, number)
    eventually(here.exists, parts)
    return int(here.read_text())


def test_a_child_killed_before_its_commit_leaves_nothing_and_the_row_runs_again(parts):
    parts.worker()
    parts.relay()
    announce_steps(1, stop="before commit")
    os.kill(waiting_child(parts, 1), signal.SIGKILL)
    eventually(all_closed, parts)
    row = OutboxRow.objects.get(topic="StepTaken")
    assert (steps_done(), row.tries, row.dead_at) == ([1], 2, None)


def test_a_child_killed_after_its_commit_does_not_do_it_again(parts):
    parts.worker()
    parts.relay()
    announce_steps(1, stop="after commit")
    os.kill(waiting_child(parts, 1), signal.SIGKILL)
    announce_steps(2, 3)
    eventually(all_closed, parts)
    row = OutboxRow.objects.get(payload__number=1)
    assert (steps_done(), row.tries) == ([1, 2, 3], 1)


def test_a_worker_killed_as_a_whole_is_made_up_for_by_the_next(parts):
    worker = parts.worker()
    parts.relay()
    announce_steps(1, stop="before commit")
    announce_steps(2, 3, 4)
    waiting_child(parts, 1)
    kill_group(worker)
    parts.worker()
    eventually(all_closed, parts)
    assert steps_done() == [1, 2, 3, 4]


def test_a_row_that_kills_every_worker_is_given_up_after_three_starts(parts):
    parts.worker()
    parts.relay()
    announce_steps(1, stop="before commit")
    for _start in range(3):
        os.kill(waiting_child(parts, 1), signal.SIGKILL)
        stopped_at(parts.folder, 1).unlink()
    eventually(lambda: OutboxRow.objects.filter(dead_at__isnull=False).exists(), parts)
    assert "never came back" in OutboxRow.objects.get(topic="StepTaken").last_error
    assert steps_done() == []


def test_an_emptied_redis_loses_no_work(parts, broker):
    announce_steps(*range(30))
    broker.flushdb()
    parts.relay()
    parts.worker()
    eventually(lambda: len(steps_done()) >= 10, parts)
    broker.flushdb()
    announce_steps(*range(30, 40))
    broker.flushdb()
    eventually(all_closed, parts)
    assert steps_done() == list(range(40))


def test_two_relays_do_nothing_twice(parts):
    first = parts.relay()
    parts.relay()
    parts.worker()
    announce_steps(*range(20))
    eventually(lambda: len(steps_done()) >= 5, parts)
    kill_group(first)
    announce_steps(*range(20, 30))
    eventually(all_closed, parts)
    assert steps_done() == list(range(30))


def test_a_relay_stops_cleanly_when_asked_to(parts):
    relay = parts.relay()
    eventually(lambda: "Relay started" in parts.log("relay"), parts)
    relay.send_signal(signal.SIGTERM)
    assert relay.wait(15) == 0
    assert "Traceback" not in parts.log("relay")


def test_a_relay_outlives_its_database_connection(parts, own_database):
    parts.worker()
    parts.relay()
    announce_steps(1)
    eventually(all_closed, parts)
    end_other_connections(own_database)
    announce_steps(2)
    eventually(all_closed, parts)
    assert steps_done() == [1, 2]


def test_work_of_a_suspended_company_waits_and_nothing_is_written_elsewhere(parts, own_database):
    as_owner(own_database, "UPDATE tenants_tenant SET status = 'suspended' WHERE schema_name = %s", BETA.schema)  # fmt: skip
    with schema_context(BETA.schema):
        announce_steps(1)
    parts.worker()
    parts.relay()
    announce_steps(2)
    eventually(all_closed, parts)
    eventually(lambda: "is suspended" in parts.log("worker"), parts)
    assert steps_done() == [2]
    with schema_context(BETA.schema):
        assert OutboxRow.objects.filter(OPEN).count() == 1
        assert steps_done() == []
    as_owner(own_database, "UPDATE tenants_tenant SET status = 'active' WHERE schema_name = %s", BETA.schema)  # fmt: skip
    with schema_context(BETA.schema):
        eventually(all_closed, parts)
        assert steps_done() == [1]
    assert connection.schema_name == ALPHA.schema


def end_other_connections(addresses):
    """Cut the connections of workers and relay, which have the application's role."""
    mine = connection.connection.info.backend_pid
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename = current_user AND pid NOT IN (%s, pg_backend_pid())"
    )
    with psycopg.connect(addresses["DATABASE_URL"], autocommit=True) as own:
        own.execute(others, [mine])


def as_owner(addresses, statement, *values):
    with psycopg.connect(addresses["DATABASE_OWNER_URL"], autocommit=True) as own:
        own.execute(statement, values)
