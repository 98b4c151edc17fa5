"""Handlers that call a platform: no transaction while they wait, effect and done mark in one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from common.clock import wall_now
from common.outbox import announce, brought_home, still_out
from common.outbox.execution import Outcome, execute
from common.outbox.models import OutboxRow
from tests.common.outbox_cast import PigeonSent, effects, flights

pytestmark = [pytest.mark.commits, pytest.mark.usefixtures("tenant")]


def flown(fate: str) -> list[Outcome]:
    """Send a pigeon and start its row until it is done, three times at most."""
    flights.clear()
    with transaction.atomic():
        announce(PigeonSent(7, fate))
    outcomes = []
    for _start in range(3):
        OutboxRow.objects.update(due_at=wall_now(), lease_until=None)
        outcomes.append(execute(OutboxRow.objects.get().pk)[0])
        if outcomes[-1] is Outcome.DONE:
            break
    return outcomes


@pytest.mark.parametrize(
    ("fate", "outcomes", "effect"),
    [
        ("", [Outcome.DONE], [7]),
        ("empty", [Outcome.DONE], []),
        ("lost", [Outcome.FAILED, Outcome.DONE], [7]),
        ("falls", [Outcome.FAILED, Outcome.DONE], [7]),
    ],
)
def test_a_call_is_made_outside_and_takes_effect_once(fate, outcomes, effect):
    assert flown(fate) == outcomes
    assert not any(flights)
    assert len(flights) == len(outcomes)
    assert effects("test.pigeon") == effect
    assert OutboxRow.objects.get().done_at is not None


def test_a_start_that_was_overtaken_brings_nothing_home():
    assert flown("overtaken")[0] is Outcome.BUSY
    assert effects("test.pigeon") == []
    assert OutboxRow.objects.get().done_at is None


def test_the_row_is_left_alone_for_as_long_as_a_call_may_take():
    with transaction.atomic():
        announce(PigeonSent(7, "overtaken"))
    execute(OutboxRow.objects.get().pk)
    assert OutboxRow.objects.get().lease_until > wall_now() + timedelta(seconds=20)


def test_without_an_errand_there_is_simply_a_transaction():
    still_out()
    with brought_home():
        announce(PigeonSent(7))
        transaction.set_rollback(True)
    assert not OutboxRow.objects.exists()
