"""Jobs by the clock, finished rows out of the way, copies for the platform."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django_tenants.utils import tenant_context
from redis import Redis

from common import public_copies
from common.clock import wall_now
from common.outbox import drain, events, scheduled
from common.outbox.events import JOB_TOPIC
from common.outbox.models import OutboxRow, PublicNote
from common.outbox.purge import purge_tenant
from common.outbox.schedule import Scheduler, slot_of, write_slot
from common.public_copies import copier, copy_open_notes, note_for_public
from common.schema import current_schema
from tests.cast import ALPHA, BETA

pytestmark = pytest.mark.usefixtures("tenant")
SLOT = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)


@pytest.fixture
def wanted():
    """A switch a job's `when` looks at."""
    return {"yes": True}


@pytest.fixture
def ran():
    """The schemas the job ran in."""
    return []


@pytest.fixture
def job(monkeypatch, wanted, ran):
    """The only job there is, every five minutes."""
    monkeypatch.setattr(events, "_jobs", {})

    @scheduled("test.tick", every_s=300, when=lambda: wanted["yes"])
    def tick():
        ran.append(current_schema())

    (only,) = events.jobs()
    return only


@pytest.mark.parametrize(
    ("every_s", "moment", "slot"),
    [
        (300, "10:07:31", "10:05:00"),
        (300, "10:05:00", "10:05:00"),
        (5, "10:07:31", "10:07:30"),
        (3600, "10:59:59", "10:00:00"),
    ],
)
def test_a_slot_starts_at_a_whole_interval(job, every_s, moment, slot):
    one = events.Job(job.name, every_s, job.queue, job.function, None)
    found = slot_of(one, datetime.fromisoformat(f"2026-11-21T{moment}+00:00"))
    assert found == datetime.fromisoformat(f"2026-11-21T{slot}+00:00")


def test_two_schedulers_write_a_slot_once_and_it_runs_once(job, ran):
    active = frozenset({ALPHA.schema})
    assert Scheduler().tick(active) == 1
    drain()
    assert Scheduler().tick(active) == 0
    drain()
    assert ran == [ALPHA.schema]


def test_a_slot_is_asked_for_once_by_one_scheduler(job, wanted):
    scheduler = Scheduler()
    wanted["yes"] = False
    assert scheduler.tick(frozenset({ALPHA.schema})) == 0
    wanted["yes"] = True
    assert scheduler.tick(frozenset({ALPHA.schema})) == 0


def test_every_active_company_gets_its_own_row(job, ran, other_tenant):
    assert Scheduler().tick(frozenset({ALPHA.schema, BETA.schema})) == 2
    drain()
    with tenant_context(other_tenant):
        drain()
    assert ran == [ALPHA.schema, BETA.schema]


def test_many_companies_are_scheduled_a_few_at_a_time(job):
    scheduler = Scheduler()
    active = frozenset({ALPHA.schema, BETA.schema})
    assert [scheduler.tick(active, limit=1) for _pass in range(3)] == [1, 1, 0]


def test_a_job_still_at_work_leaves_the_next_slot_out(job):
    assert write_slot(job, SLOT) is not None
    assert write_slot(job, SLOT + timedelta(minutes=5)) is None
    drain()
    assert write_slot(job, SLOT + timedelta(minutes=5)) is not None


@pytest.mark.parametrize(("ago_s", "written"), [(5, False), (61, True)])
def test_a_job_that_was_given_up_rests_a_minute(job, ago_s, written):
    write_slot(job, SLOT)
    OutboxRow.objects.update(dead_at=wall_now() - timedelta(seconds=ago_s))
    assert (write_slot(job, SLOT + timedelta(minutes=5)) is not None) is written


def test_a_question_that_fails_costs_only_its_own_job_a_slot(job, ran):
    def broken():
        raise ZeroDivisionError

    scheduled("test.broken", every_s=300, when=broken)(lambda: ran.append("never"))
    assert Scheduler().tick(frozenset({ALPHA.schema})) == 1
    drain()
    assert ran == [ALPHA.schema]


@pytest.mark.parametrize(
    ("topic", "state", "age", "kept"),
    [
        ("Event", "done_at", timedelta(days=3, minutes=1), False),
        ("Event", "done_at", timedelta(days=2), True),
        ("Event", "dead_at", timedelta(days=30), True),
        ("Event", None, timedelta(days=30), True),
        (JOB_TOPIC, "done_at", timedelta(hours=1, minutes=1), False),
        (JOB_TOPIC, "done_at", timedelta(minutes=50), True),
        (JOB_TOPIC, "dead_at", timedelta(days=1, minutes=1), False),
    ],
)
def test_finished_rows_are_purged_by_kind_and_age(topic, state, age, kept):
    moment = wall_now() - age
    ends = {state: moment} if state else {}
    OutboxRow.objects.create(
        topic=topic, handler="h", key="k", queue="bulk", created_at=moment, **ends
    )
    purge_tenant()
    assert OutboxRow.objects.exists() is kept


@pytest.fixture
def copies(monkeypatch):
    """What the platform has received, by copiers of the test."""
    monkeypatch.setattr(public_copies, "_copiers", {})
    received = []

    @copier("test.count")
    def copy_count(schema_name, note):
        received.append((schema_name, current_schema(), note.key, note.payload["n"]))

    @copier("test.broken")
    def copy_broken(schema_name, note):
        raise ZeroDivisionError

    return received


def test_a_note_is_copied_once_with_the_public_schema_active(copies):
    for _time in range(2):
        note_for_public("test.count", "order:1", {"n": 5})
        copy_open_notes(ALPHA.schema)
    assert copies == [(ALPHA.schema, "public", "order:1", 5)]
    assert current_schema() == ALPHA.schema


def test_a_note_that_cannot_be_copied_waits_and_holds_up_no_other(copies):
    note_for_public("test.broken", "1", {})
    note_for_public("test.count", "2", {"n": 1})
    assert copy_open_notes(ALPHA.schema) == 1
    broken = PublicNote.objects.get(topic="test.broken")
    assert (broken.copied_at, broken.tries) == (None, 1)
    assert broken.last_error.startswith("ZeroDivisionError")
    assert broken.due_at > wall_now()


def test_a_note_without_a_copier_is_kept(copies):
    note_for_public("test.unknown", "1", {})
    assert copy_open_notes(ALPHA.schema) == 0
    assert PublicNote.objects.get().copied_at is None


def test_a_copy_repeated_after_a_crash_counts_once():
    from tenants.models import UsageMonth

    note_for_public("usage", "order:7", {"month": "2026-11"})
    copy_open_notes(ALPHA.schema)
    PublicNote.objects.update(copied_at=None)
    copy_open_notes(ALPHA.schema)
    assert [row.orders for row in UsageMonth.objects.filter(schema_name=ALPHA.schema)] == [1]


@pytest.fixture(autouse=True)
def _empty_broker():
    redis = Redis.from_url(settings.REDIS_URL)
    redis.flushdb()
    yield
    redis.flushdb()
