"""The relay feeds every tenant in turn, forgets nothing and does nothing twice."""

from __future__ import annotations

import time
from datetime import timedelta
from threading import Event as Signal

import pytest
from django.conf import settings
from django_tenants.utils import schema_context
from redis import Redis

from common.clock import wall_now
from common.outbox import doorbell
from common.outbox.events import QUEUES
from common.outbox.execution import run_message
from common.outbox.feeding import feed_dirty, feed_tenant
from common.outbox.models import OutboxRow
from common.outbox.relay import Relay
from common.outbox.selectors import next_start
from tests.cast import ALPHA, BETA

ACTIVE = frozenset({ALPHA.schema, BETA.schema})
pytestmark = pytest.mark.usefixtures("tenant", "broker")


@pytest.fixture
def broker():
    """The broker's Redis, empty."""
    redis = Redis.from_url(settings.REDIS_URL)
    redis.flushdb()
    yield redis
    redis.flushdb()


def write_rows(schema, count, *, queue="interactive", due_at=None):
    """Write rows as if their doorbell had never rung."""
    with schema_context(schema):
        rows = [
            OutboxRow(topic="t", handler="h", key=f"{queue}-{n}", queue=queue, due_at=due_at or wall_now())
            for n in range(count)
        ]  # fmt: skip
        return [row.pk for row in OutboxRow.objects.bulk_create(rows)]


def waiting(broker):
    """Return the number of messages per queue."""
    return {queue: broker.llen(queue) for queue in QUEUES}


def test_a_backlog_of_one_company_does_not_delay_another(broker):
    write_rows(ALPHA.schema, 2000)
    write_rows(BETA.schema, 1)
    doorbell.mark_all_dirty([ALPHA.schema, BETA.schema], 0)
    assert feed_dirty(ACTIVE) == 2
    assert waiting(broker)["interactive"] == doorbell.IN_FLIGHT_CAP + 1


def test_a_long_bulk_backlog_leaves_room_for_interactive_rows(broker):
    write_rows(ALPHA.schema, 100, queue="bulk")
    write_rows(ALPHA.schema, 3)
    feed_tenant(ALPHA.schema, list(QUEUES))
    assert waiting(broker) == {"interactive": 3, "bulk": doorbell.IN_FLIGHT_CAP}


def test_a_row_under_way_is_not_sent_again_until_its_note_is_lost(broker):
    write_rows(ALPHA.schema, 3)
    assert [feed_tenant(ALPHA.schema, list(QUEUES)) for _pass in range(3)] == [3, 0, 0]
    broker.flushdb()
    assert feed_tenant(ALPHA.schema, list(QUEUES)) == 3


def test_a_finished_row_makes_room_for_the_next(broker):
    first, *_others = write_rows(ALPHA.schema, doorbell.IN_FLIGHT_CAP + 1)
    feed_tenant(ALPHA.schema, ["interactive"])
    doorbell.landed(ALPHA.schema, "interactive", first)
    OutboxRow.objects.filter(pk=first).update(done_at=wall_now())
    assert feed_tenant(ALPHA.schema, ["interactive"]) == 1


def test_a_company_with_waiting_rows_is_looked_at_again_soon():
    write_rows(ALPHA.schema, 1)
    feed_tenant(ALPHA.schema, ["interactive"])
    assert doorbell.next_dirty_s() < 0.2


def test_a_row_due_later_brings_the_relay_back_at_its_time(broker):
    write_rows(ALPHA.schema, 1, due_at=wall_now() + timedelta(seconds=40))
    assert feed_tenant(ALPHA.schema, ["interactive"]) == 0
    assert 38 < doorbell.next_dirty_s() <= 40
    assert waiting(broker)["interactive"] == 0


def test_a_row_under_lease_is_next_due_when_the_lease_is_over():
    end = wall_now() + timedelta(seconds=7)
    write_rows(ALPHA.schema, 1)
    OutboxRow.objects.update(lease_until=end)
    assert next_start() == end


def test_a_failed_row_is_sent_again_after_its_wait(broker):
    (row_id,) = write_rows(ALPHA.schema, 1)
    feed_tenant(ALPHA.schema, ["interactive"])
    broker.flushdb()
    assert run_message(row_id) == "failed"
    assert 4 < doorbell.next_dirty_s() <= 5
    OutboxRow.objects.update(due_at=wall_now())
    assert feed_tenant(ALPHA.schema, ["interactive"]) == 1


def test_an_inactive_company_is_passed_over(broker):
    write_rows(BETA.schema, 1)
    doorbell.mark_dirty(BETA.schema, time.time())
    feed_dirty(frozenset({ALPHA.schema}))
    assert waiting(broker)["interactive"] == 0


def test_a_full_queue_gets_no_more(broker):
    broker.rpush("bulk", *range(doorbell.QUEUE_CAP))
    write_rows(ALPHA.schema, 1, queue="bulk")
    doorbell.mark_dirty(ALPHA.schema, time.time())
    feed_dirty(ACTIVE)
    assert waiting(broker)["bulk"] == doorbell.QUEUE_CAP


def test_ringing_sends_what_fits_and_marks_the_company(broker):
    row_ids = write_rows(ALPHA.schema, 20)
    doorbell.ring(ALPHA.schema, [(row_id, "interactive") for row_id in row_ids])
    assert waiting(broker)["interactive"] == doorbell.IN_FLIGHT_CAP
    assert doorbell.take_dirty(10) == [ALPHA.schema]


def test_ringing_for_later_only_tells_the_relay(broker):
    doorbell.ring(ALPHA.schema, [(1, "bulk")], at=wall_now() + timedelta(seconds=30))
    assert waiting(broker)["bulk"] == 0
    assert 28 < doorbell.next_dirty_s() <= 30


def test_an_earlier_mark_is_not_pushed_back_by_a_later_one():
    doorbell.mark_dirty(ALPHA.schema, time.time())
    doorbell.mark_dirty(ALPHA.schema, time.time() + 60)
    assert doorbell.take_dirty(10) == [ALPHA.schema]
    assert doorbell.take_dirty(10) == []


def test_what_no_doorbell_told_of_is_found_by_the_sweep(broker):
    write_rows(ALPHA.schema, 2)
    doorbell.was_emptied()
    relay = Relay()
    relay.turn()
    marks = broker.zcard("kuaqu:outbox:dirty")
    assert (marks, waiting(broker)["interactive"]) in {(2, 2), (3, 2)}


def test_an_emptied_redis_brings_every_company_in_at_once(broker):
    write_rows(ALPHA.schema, 1)
    write_rows(BETA.schema, 1)
    relay = Relay()
    relay.turn()
    assert waiting(broker)["interactive"] == 2
    broker.flushdb()
    relay.turn()
    assert waiting(broker)["interactive"] == 2


def test_a_redis_that_is_away_is_waited_for(settings):
    stop = Signal()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    doorbell._redis.cache_clear()
    relay = Relay()
    relay._reset = lambda: None  # the connection carries the test's transaction
    stop.wait = lambda _s: stop.set()
    try:
        relay.run(stop)
    finally:
        doorbell._redis.cache_clear()
    assert stop.is_set()
