"""Announcing, running, failing and giving up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, transaction

from common.clock import moved_to, now, wall_now
from common.outbox import Event, announce, drain, held_back, subscribe
from common.outbox.events import HELD
from common.outbox.execution import Outcome, backoff, execute
from common.outbox.models import OutboxRow
from tests.common.outbox_cast import BellRung, NobodyCares, PotBroken, effects


def make_due() -> None:
    """Let time pass: every waiting row may start now."""
    OutboxRow.objects.update(due_at=wall_now() - timedelta(seconds=1), lease_until=None)


@pytest.mark.usefixtures("tenant")
def test_an_event_runs_once_for_each_of_its_handlers():
    announce(BellRung(7))
    assert drain() == 2
    assert (effects("test.bell"), effects("test.echo")) == ([7], [7])
    assert drain() == 0


@pytest.mark.usefixtures("tenant")
def test_an_event_nobody_subscribed_to_leaves_no_row():
    announce(NobodyCares(1))
    assert not OutboxRow.objects.exists()


@pytest.mark.usefixtures("tenant")
def test_the_same_key_for_the_same_handler_again_does_nothing():
    announce(BellRung(1), key="bell:1")
    announce(BellRung(1), key="bell:1")
    drain()
    announce(BellRung(1), key="bell:1")
    assert drain() == 0
    assert effects("test.bell") == [1]


@pytest.mark.usefixtures("tenant")
def test_an_event_goes_with_the_change_that_is_rolled_back():
    with transaction.atomic():
        announce(BellRung(1))
        transaction.set_rollback(True)
    assert not OutboxRow.objects.exists()


@pytest.mark.commits
@pytest.mark.usefixtures("tenant")
def test_announcing_outside_a_transaction_is_an_error():
    with pytest.raises(RuntimeError, match="outside a transaction"):
        announce(BellRung(1))


@pytest.mark.usefixtures("tenant")
def test_an_event_due_later_waits():
    announce(BellRung(1), due_at=wall_now() + timedelta(minutes=5))
    assert drain() == 0
    make_due()
    assert drain() == 2


@pytest.mark.usefixtures("tenant")
def test_drain_takes_only_the_named_queues_and_no_more_than_asked():
    for number in range(4):
        announce(BellRung(number))
    assert drain(limit=1, queues=["bulk"]) == 1
    assert drain(queues=["bulk"]) == 3
    assert effects("test.bell") == []


@pytest.mark.usefixtures("tenant")
def test_a_failing_handler_leaves_nothing_but_its_error_and_dies_at_the_third_start():
    announce(PotBroken(3))
    seen = []
    for _start in range(4):
        make_due()
        drain()
        row = OutboxRow.objects.get()
        seen.append((row.tries, row.dead_at is not None))
    assert seen == [(1, False), (2, False), (3, True), (3, True)]
    assert row.last_error == "ValueError: pot 3 is in pieces"
    assert effects("test.pot") == []


@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 20), (3, 80)])
def test_the_wait_after_a_failure_grows_fourfold(tries, seconds):
    assert backoff(tries).total_seconds() == seconds


@pytest.mark.usefixtures("tenant")
def test_a_failed_row_waits_for_its_next_start():
    announce(PotBroken(1))
    before = wall_now()
    drain()
    assert OutboxRow.objects.get().due_at >= before + timedelta(seconds=5)
    assert drain() == 0
    assert OutboxRow.objects.get().tries == 1


@pytest.mark.usefixtures("tenant")
def test_starts_that_never_came_back_count_too():
    announce(PotBroken(1))
    OutboxRow.objects.update(tries=3, lease_until=wall_now() - timedelta(seconds=1))
    assert execute(OutboxRow.objects.get().pk) == (Outcome.DEAD, None)
    assert "never came back" in OutboxRow.objects.get().last_error


@pytest.mark.usefixtures("tenant")
def test_a_row_under_lease_is_left_to_its_holder():
    announce(PotBroken(1))
    OutboxRow.objects.update(tries=1, lease_until=wall_now() + timedelta(seconds=5))
    assert execute(OutboxRow.objects.get().pk) == (Outcome.BUSY, None)
    assert OutboxRow.objects.get().tries == 1


@pytest.mark.usefixtures("tenant")
def test_a_handler_the_program_knows_no_more_is_a_failure_with_its_name():
    OutboxRow.objects.create(topic="Old", handler="old.handlers.on_old", key="1", queue="bulk")
    drain()
    assert "old.handlers.on_old" in OutboxRow.objects.get().last_error


@pytest.mark.usefixtures("tenant")
def test_strict_draining_raises_what_the_handler_raised():
    announce(PotBroken(9))
    with pytest.raises(ValueError, match="pot 9"):
        drain(strict=True)


@pytest.mark.usefixtures("tenant")
def test_history_is_held_back_from_workers_and_drained_at_its_own_time():
    then = wall_now() - timedelta(days=60)
    with moved_to(then), held_back():
        announce(BellRung(1))
        assert drain(queues=[HELD]) == 2
        announce(BellRung(2))
        assert now() == then
    assert set(OutboxRow.objects.values_list("queue", flat=True)) == {HELD}
    assert OutboxRow.objects.filter(done_at=None).count() == 2
    row = OutboxRow.objects.order_by("pk").first()
    assert row.done_at - row.created_at < timedelta(minutes=1)


@pytest.mark.usefixtures("tenant")
def test_a_nul_in_an_error_does_not_stop_its_recording():

    @dataclass(frozen=True)
    class NulSeen(Event):
        number: int

    @subscribe(NulSeen)
    def on_nul(event: NulSeen) -> None:
        raise ValueError("a\0b")

    announce(NulSeen(1))
    drain()
    assert OutboxRow.objects.get(topic="NulSeen").last_error == "ValueError: ab"


def test_two_event_classes_of_one_name_are_refused():
    class BellRung(Event):
        pass

    with pytest.raises(ValueError, match="BellRung"):
        subscribe(BellRung)(lambda event: None)


@pytest.mark.parametrize("value", [1.5, [1], {"a": 1}, wall_now()])
def test_an_event_holds_scalars_only(value):
    with pytest.raises(TypeError, match=r"BellRung\.number"):
        BellRung(value).payload()


@pytest.mark.commits
def test_a_broker_that_is_away_does_not_fail_the_request(tenant, settings):
    from common.outbox import doorbell

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    doorbell._redis.cache_clear()
    try:
        with transaction.atomic():
            announce(BellRung(1))
        assert OutboxRow.objects.count() == 2
        assert doorbell._Pause.until > 0
    finally:
        doorbell._redis.cache_clear()
        doorbell._Pause.until = 0.0
    assert connection.schema_name == tenant.schema_name
