"""From every state a dispute ends, in money too, by its deadlines alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from common import clock
from common.outbox.models import OutboxRow
from settlement.disputes import flow
from settlement.disputes.handlers import look_at_the_clock
from settlement.disputes.silence import overdue
from settlement.disputes.steps import start_clock
from settlement.models import Dispute
from tests.settlement.company import Company, hear
from tests.settlement.disputes.test_disputes import broken, filed, mine, paid_job

PAID = (2_412, 24_700)
AS_BEFORE = (2_412, 21_700)
MONEY = {
    flow.State.SUBMITTED: PAID, flow.State.COUNTERPARTY_REVIEW: PAID, flow.State.ACCEPTED: PAID,
    flow.State.ESCALATED: AS_BEFORE, flow.State.OVERDUE: AS_BEFORE, flow.State.UNDECIDED: AS_BEFORE,
}  # fmt: skip
"""Held and available after 30.00 of 217.00 were held and nobody ever acted again."""


def run_out(dispute: Dispute) -> list[str]:
    """The states a dispute goes through until the clock has nothing more to do with it."""
    seen: list[str] = []
    while dispute.due_at is not None and dispute.state in flow.moves_of_the_clock():
        assert len(seen) < len(flow.State), seen
        with clock.moved_to(dispute.due_at + timedelta(minutes=1)):
            look_at_the_clock()
            hear()
            assert overdue() == []
        dispute.refresh_from_db()
        seen.append(dispute.state)
    return seen


@pytest.mark.parametrize("is_refused", [False, True])
def test_whatever_its_state_it_ends_and_nothing_stays_held(
    company: Company, is_refused: bool
) -> None:
    settlement = paid_job(company)
    assert set(MONEY) == set(flow.OPEN)
    for state, money in MONEY.items():
        with transaction.atomic():
            dispute = filed(company, settlement)
            if is_refused:
                dispute.reviews.create(
                    department="finance", opinion="refuses", text="x", by=company.finance
                )
            dispute.state = state
            start_clock(dispute)
            dispute.save()
            seen = run_out(dispute)
            assert (dispute.is_open, dispute.held_fen) == (False, 0), (state, seen)
            assert mine(company) == (AS_BEFORE if is_refused else money), (state, seen)
            assert broken() == []
            transaction.set_rollback(True)


def test_a_move_of_the_clock_that_failed_for_good_is_tried_anew_the_next_day(
    company: Company,
) -> None:
    dispute = filed(company, paid_job(company))
    assert dispute.due_at is not None
    with clock.moved_to(dispute.due_at + timedelta(minutes=1)):
        look_at_the_clock()
        OutboxRow.objects.filter(topic="DisputeOverdue").update(dead_at=clock.wall_now())
        look_at_the_clock()
        hear()
    dispute.refresh_from_db()
    assert dispute.held_fen == 3_000
    with clock.moved_to(dispute.due_at + timedelta(days=1)):
        look_at_the_clock()
        hear()
    dispute.refresh_from_db()
    assert (dispute.state, dispute.held_fen) == ("timed_out_confirmed", 0)
