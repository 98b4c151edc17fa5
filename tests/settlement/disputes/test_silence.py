"""Time runs out on a dispute: what silence confirms, who pays it, and that it is final."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from common import clock
from common.errors import Conflict
from settlement.disputes import flow
from settlement.disputes.deciding import Decision, decide_dispute
from settlement.disputes.handlers import look_at_the_clock
from settlement.disputes.reviewing import ask_departments, give_opinion
from settlement.disputes.silence import overdue, time_out
from settlement.ledger import balances
from settlement.models import Dispute, JournalEntry, Settlement
from settlement.services.parties import unit_party
from settlement.services.settling import reverse_settlement
from tests.settlement.company import Company, hear
from tests.settlement.disputes.test_disputes import (
    broken,
    decide,
    filed,
    handed_up,
    mine,
    paid_job,
)
from tests.settlement.threads import in_threads


def silent(dispute: Dispute) -> Dispute:
    """The dispute after its time ran out."""
    dispute.refresh_from_db()
    assert dispute.due_at is not None
    with clock.moved_to(dispute.due_at + timedelta(minutes=1)):
        return time_out(dispute_id=dispute.pk)


def agreed(company: Company, dispute: Dispute) -> Dispute:
    """Every department asked agrees: a person could decide, and silence would confirm."""
    ask_departments(dispute_id=dispute.pk, asked=["outlet"], actor=company.finance)
    return give_opinion(
        dispute_id=dispute.pk,
        department="outlet",
        opinion="agrees",
        text="x",
        actor=company.manager,
    )


def paid_entries() -> int:
    return JournalEntry.objects.filter(kind="dispute").count()


def test_silence_pays_the_whole_claim_at_the_cost_of_the_settling_branch_once(
    company: Company,
) -> None:
    dispute = filed(company, paid_job(company))
    payer = unit_party(company.world.east)
    before = balances(payer)["available"]
    due_at = dispute.due_at
    assert due_at is not None
    with clock.moved_to(due_at + timedelta(minutes=1)):
        look_at_the_clock()
        look_at_the_clock()
        hear()
        look_at_the_clock()
        hear()
    dispute.refresh_from_db()
    assert (dispute.state, dispute.decided_fen, dispute.decided_by) == (
        "timed_out_confirmed", 3_000, None,
    )  # fmt: skip
    assert (dispute.payer, paid_entries()) == (payer, 1)
    assert balances(payer)["available"] == before - 3_000
    assert mine(company) == (2_412, 24_700)
    assert broken() == []


@pytest.mark.parametrize("outcome", ["reject", "uphold", "leave_open"])
def test_what_silence_confirmed_is_not_decided_again(company: Company, outcome: str) -> None:
    dispute = silent(filed(company, paid_job(company)))
    with pytest.raises(Conflict) as refused:
        decide(company, dispute, outcome, 3_000)
    assert "final" in str(refused.value) or "不再更改" in str(refused.value)
    assert (mine(company), paid_entries()) == ((2_412, 24_700), 1)


def test_what_silence_confirmed_survives_a_new_settlement_of_the_job(company: Company) -> None:
    settlement = paid_job(company)
    silent(filed(company, settlement))
    reverse_settlement(order_id=settlement.work_order_id, reason="test")
    assert mine(company) == (0, 3_000)
    assert broken() == []


def test_a_confirmed_dispute_closes_in_its_time_without_paying_again(company: Company) -> None:
    closed = silent(silent(filed(company, paid_job(company))))
    assert (closed.state, paid_entries(), mine(company)) == ("closed", 1, (2_412, 24_700))


def test_silence_does_not_overrule_a_refusal(company: Company) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    due_at = dispute.due_at
    assert due_at is not None
    with clock.moved_to(due_at + timedelta(minutes=1)):
        look_at_the_clock()
        hear()
    dispute.refresh_from_db()
    assert (dispute.state, dispute.held_fen, paid_entries()) == ("overdue", 3_000, 0)
    assert decide(company, dispute, "reject").state == "rejected"


def test_one_refusal_among_departments_that_are_silent_goes_to_a_person(company: Company) -> None:
    dispute = filed(company, paid_job(company))
    asked = ["outlet", "branch"]
    ask_departments(dispute_id=dispute.pk, asked=asked, actor=company.finance)
    give_opinion(
        dispute_id=dispute.pk,
        department="outlet",
        opinion="refuses",
        text="x",
        actor=company.manager,
    )
    waits = silent(dispute)
    assert (waits.state, paid_entries()) == ("escalated", 0)
    assert waits.due_at is not None
    assert [one.move for one in waits.steps.order_by("pk")][-1] == "to_person"


def test_silence_pays_no_more_than_the_doubted_line_is_worth(company: Company) -> None:
    settlement = paid_job(company)
    line = settlement.lines.filter(party_role="installer").order_by("seq")[0]
    waits = silent(filed(company, settlement, line.amount_fen + 1))
    assert (waits.state, paid_entries()) == ("escalated", 0)
    assert broken() == []


def confirmed_before_silence_paid(dispute: Dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(state=flow.State.TIMED_OUT_CONFIRMED)


def test_what_was_confirmed_before_silence_paid_goes_back_to_a_person(company: Company) -> None:
    dispute = filed(company, paid_job(company))
    confirmed_before_silence_paid(dispute)
    waits = silent(dispute)
    assert (waits.state, waits.decided_fen, paid_entries()) == ("escalated", None, 0)


def test_what_was_confirmed_before_silence_paid_is_void_with_its_settlement(
    company: Company,
) -> None:
    settlement = paid_job(company)
    dispute = filed(company, settlement)
    confirmed_before_silence_paid(dispute)
    settlement.status = Settlement.Status.REVERSED
    settlement.save(update_fields=["status"])
    closed = silent(dispute)
    assert (closed.state, closed.decided_fen, paid_entries()) == ("closed", None, 0)


@pytest.mark.commits
def test_of_the_clock_and_a_rejection_at_the_same_moment_one_wins(company: Company) -> None:
    dispute = agreed(company, filed(company, paid_job(company)))
    decider: User = company.finance
    rejection = Decision("reject", "不属实")
    Dispute.objects.update(due_at=clock.now() - timedelta(minutes=1))
    dispute.refresh_from_db()
    assert overdue() == [(dispute.pk, dispute.due_at)]
    found = in_threads(
        lambda: decide_dispute(dispute_id=dispute.pk, decision=rejection, actor=decider),
        lambda: time_out(dispute_id=dispute.pk),
    )
    dispute.refresh_from_db()
    if dispute.state == "rejected":
        assert isinstance(found[0], Dispute)
        assert (dispute.decided_by, paid_entries(), mine(company)) == (decider, 0, (2_412, 21_700))
    else:
        assert isinstance(found[0], Conflict)
        assert dispute.state == "timed_out_confirmed"
        assert (dispute.decided_by, paid_entries(), mine(company)) == (None, 1, (2_412, 24_700))
    assert isinstance(found[1], Dispute)
    assert broken() == []
