"""Disputes that were open before there were reminders get theirs."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from django.apps import apps

from common import clock
from settlement.disputes.handlers import look_at_the_clock
from settlement.models import Dispute
from tests.settlement.company import Company, hear
from tests.settlement.disputes.test_disputes import filed, handed_up, paid_job, withdraw_dispute

later = import_module("settlement.migrations.0037_reminders_due")


def test_an_older_dispute_is_reminded_at_half_of_its_time_and_a_closed_one_is_not(
    company: Company,
) -> None:
    settlement = paid_job(company)
    waiting = handed_up(company, filed(company, settlement))
    half, now = waiting.remind_at, clock.now()
    assert half is not None
    over = filed(company, settlement, seq=2)
    withdraw_dispute(dispute_id=over.pk, actor=company.installer.user)
    ended = clock.wall_now() + timedelta(days=30)
    Dispute.objects.update(remind_at=None)
    Dispute.objects.filter(pk=waiting.pk).update(due_at=ended)
    later.set_reminders(apps, None)
    waiting.refresh_from_db()
    over.refresh_from_db()
    began = waiting.steps.get(move="hand_up").at
    assert (waiting.remind_at, over.remind_at) == (began + (ended - began) / 2, None)
    assert began <= now
    with clock.moved_to(waiting.remind_at + timedelta(minutes=1)):  # type: ignore[operator]
        look_at_the_clock()
        hear()
    assert waiting.steps.filter(move="remind").count() == 1


def test_one_that_was_reminded_already_is_left_as_it_is(company: Company, monkeypatch) -> None:
    monkeypatch.setattr(later, "BATCH", 1)
    settlement = paid_job(company)
    two = [filed(company, settlement, fen=100, seq=seq) for seq in (1, 2)]
    Dispute.objects.update(remind_at=None, due_at=clock.wall_now() + timedelta(days=30))
    two[0].steps.create(move="remind", to_state="submitted", at=clock.now() + timedelta(hours=1))
    later.set_reminders(apps, None)
    found = Dispute.objects.order_by("pk").values_list("remind_at", flat=True)
    assert [at is None for at in found] == [True, False]
