"""A dispute over one line: what waits, who says what, what is posted, and how it always ends."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse
from django_tenants.utils import schema_context

from accounts.models import User
from accounts.roles import Role
from common import clock
from common.errors import Conflict, Forbidden, Refused
from common.invariants import run_checks
from common.machine.processes import wait_until
from common.outbox import drain
from settlement.disputes import flow
from settlement.disputes.deciding import Decision, decide_dispute, effects
from settlement.disputes.evidence import fingerprint
from settlement.disputes.filing import Claim, answer_dispute, file_dispute, withdraw_dispute
from settlement.disputes.forms import DecisionForm
from settlement.disputes.reviewing import ask_departments, give_opinion
from settlement.disputes.silence import overdue, time_out
from settlement.disputes.statistics import quarrels_by_rule
from settlement.ledger import balances
from settlement.models import (
    Dispute,
    DisputeEvidence,
    JournalEntry,
    Posting,
    Settlement,
    SettlementAdjustment,
    Statement,
    StatementPeriod,
)
from settlement.services.parties import installer_party, unit_party
from settlement.services.settling import reverse_settlement
from settlement.statements.locking import lock_period
from tests.browsing import TenantClient
from tests.factories import UserFactory
from tests.settlement.company import Company, approve, hear, settled
from tests.settlement.statement_cast import BULK, computed
from tests.settlement.test_releasing import somebody_waits
from tests.settlement.test_statement_runs import in_ledger
from tests.settlement.threads import in_threads
from tests.workorders.world import photo


def broken() -> list[str]:
    """What the invariants of money find wrong now."""
    found = run_checks(only=["I1", "I2", "I5", "I6"])
    return [f"{one.code} {words}" for one in found for words in one.violations]


def paid_job(company: Company) -> Settlement:
    """A job whose first two parts are available: 217.00."""
    settlement = settled(company)
    approve(settlement.work_order, company)
    hear()
    return settlement


def filed(company: Company, settlement: Settlement, fen: int = 3_000, seq: int = 1) -> Dispute:
    line = settlement.lines.filter(party_role="installer").order_by("seq")[seq - 1]
    claim = Claim(fen=fen, kind=8, reason="路程不止这些", photos=[photo(name="现场.jpg")])
    return file_dispute(
        kind="line",
        pk=line.pk,
        claim=claim,
        party=installer_party(company.installer),
        actor=company.installer.user,
    )


def mine(company: Company) -> tuple[int, int]:
    found = balances(installer_party(company.installer))
    return found["held"], found["available"]


def handed_up(company: Company, dispute: Dispute) -> Dispute:
    ask_departments(dispute_id=dispute.pk, asked=["outlet"], actor=company.finance)
    return give_opinion(
        dispute_id=dispute.pk,
        department="outlet",
        opinion="refuses",
        text="定位显示 11 公里",
        actor=company.manager,
    )


def decide(company: Company, dispute: Dispute, outcome: str, fen: int = 0) -> Dispute:
    decision = Decision(outcome, "按实际路线", fen, company.world.east.pk)
    return decide_dispute(dispute_id=dispute.pk, decision=decision, actor=company.finance)


def test_what_is_claimed_waits_as_far_as_it_is_still_there(company: Company) -> None:
    settlement = paid_job(company)
    assert mine(company) == (2_412, 21_700)
    assert filed(company, settlement).held_fen == 3_000
    assert mine(company) == (5_412, 18_700)
    assert filed(company, settlement, fen=50_000, seq=2).held_fen == 18_700
    assert mine(company) == (24_112, 0)
    assert not broken()


def test_a_line_has_one_open_dispute_and_others_are_untouched(company: Company) -> None:
    settlement = paid_job(company)
    filed(company, settlement)
    with pytest.raises(Conflict):
        filed(company, settlement)
    other = filed(company, settlement, fen=100, seq=2)
    assert (other.held_fen, Dispute.objects.count()) == (100, 2)


@pytest.mark.parametrize(
    ("outcome", "fen", "available"),
    [("uphold", 3_000, 24_700), ("uphold", 1_250, 22_950), ("reject", 0, 21_700)],
)
def test_a_decision_returns_what_was_held_and_posts_what_was_shown_before(
    company: Company, outcome: str, fen: int, available: int
) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    shown = effects(dispute, outcome=outcome, fen=fen, payer=company.world.east)
    payer_before = balances(unit_party(company.world.east))["available"]
    decided = decide(company, dispute, outcome, fen)
    assert (decided.decided_fen, decided.held_fen, mine(company)) == (fen, 0, (2_412, available))
    assert balances(unit_party(company.world.east))["available"] == payer_before - fen
    assert sum(one.change_fen for one in shown) == 0
    assert {one.after_fen for one in shown} >= {available, 2_412}
    assert not broken()


def test_a_branch_lets_only_its_own_units_pay_what_it_decides(
    company: Company, client: TenantClient
) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    hq, east = company.world.hq, company.world.east
    branch = UserFactory(role=Role.FINANCE, unit=east)
    offered = {
        actor: {
            int(pk)
            for pk, _name in DecisionForm(dispute=dispute, actor=actor)["payer"].field.choices
        }
        for actor in (branch, company.finance)
    }
    assert hq.pk in offered[company.finance]
    assert offered[branch] == {east.pk}
    works = UserFactory(role=Role.FINANCE, unit=company.world.stranger.unit)
    choices = DecisionForm(dispute=dispute, actor=works)["outcome"].field.choices
    assert "uphold" not in dict(choices)
    client.force_login(branch)
    typed = {"outcome": "uphold", "amount": "30", "payer": hq.pk, "reason": "按实际路线"}
    address = reverse("settlement:dispute-decide", args=[dispute.number])
    assert client.post(address, typed | {"_idempotency_key": "d-1"}).status_code == 422
    charged = Decision("uphold", "按实际路线", 3_000, hq.pk)
    with pytest.raises(Forbidden):
        decide_dispute(dispute_id=dispute.pk, decision=charged, actor=branch)
    before = balances(unit_party(hq))["available"]
    own = Decision("uphold", "按实际路线", 3_000, east.pk)
    decided = decide_dispute(dispute_id=dispute.pk, decision=own, actor=branch)
    assert (decided.decided_fen, balances(unit_party(hq))["available"]) == (3_000, before)
    # Both sides read why it was decided so, not what the claimant wrote when they filed it.
    assert SettlementAdjustment.objects.get(dispute=dispute).reason == "按实际路线"


@pytest.mark.parametrize("way", ["withdraw", "silence", "lapse", "void", "expire"])
def test_held_money_always_has_an_exit(company: Company, way: str) -> None:
    settlement = paid_job(company)
    dispute = filed(company, settlement)
    if way == "withdraw":
        withdraw_dispute(dispute_id=dispute.pk, actor=company.installer.user)
    elif way == "void":
        reverse_settlement(order_id=settlement.work_order_id, reason="test")
    else:
        if way == "lapse":
            decide(company, handed_up(company, dispute), "leave_open")
        if way == "expire":
            due_at = handed_up(company, dispute).due_at
            assert due_at is not None
            with clock.moved_to(due_at):
                time_out(dispute_id=dispute.pk)
        dispute.refresh_from_db()
        assert overdue() == []
        assert dispute.due_at is not None
        with clock.moved_to(dispute.due_at + timedelta(minutes=1)):
            assert overdue() == [(dispute.pk, dispute.due_at)]
            time_out(dispute_id=dispute.pk)
            time_out(dispute_id=dispute.pk)
    dispute.refresh_from_db()
    states = {
        "withdraw": "cancelled", "silence": "timed_out_confirmed", "lapse": "closed",
        "void": "closed", "expire": "timed_out_dismissed",
    }  # fmt: skip
    assert (dispute.state, dispute.held_fen) == (states[way], 0)
    left = {"void": (0, 0), "silence": (2_412, 24_700)}
    assert mine(company) == left.get(way, (2_412, 21_700))
    assert not broken()


def test_money_does_not_wait_for_ever_for_a_decision_on_what_all_agree_to(company: Company) -> None:
    dispute = filed(company, paid_job(company))
    ask_departments(dispute_id=dispute.pk, asked=["outlet"], actor=company.finance)
    dispute = give_opinion(
        dispute_id=dispute.pk,
        department="outlet",
        opinion="agrees",
        text="x",
        actor=company.manager,
    )
    assert dispute.due_at is not None
    with clock.moved_to(dispute.due_at + timedelta(minutes=1)):
        assert overdue() == [(dispute.pk, dispute.due_at)]
        ended = time_out(dispute_id=dispute.pk)
    assert (ended.state, ended.held_fen, mine(company)) == (
        "timed_out_confirmed",
        0,
        (2_412, 24_700),
    )
    assert not broken()


def test_money_is_held_only_where_the_clock_and_the_claimant_can_end_it() -> None:
    assert flow.MOVES["withdraw"].sources >= flow.HOLDING
    clocks = flow.moves_of_the_clock()
    for state in flow.HOLDING:
        now, seen = state, set()
        while now in flow.HOLDING:
            assert now not in seen, f"the clock turns in a circle from {state}"
            assert now in flow.DEFAULT_HOURS
            seen.add(now)
            now = flow.MOVES[clocks[now]].target
    assert flow.MOVES["to_person"].target in clocks


def test_a_decided_amount_survives_a_new_settlement_of_the_job(company: Company) -> None:
    settlement = paid_job(company)
    decide(company, handed_up(company, filed(company, settlement)), "uphold", 3_000)
    reverse_settlement(order_id=settlement.work_order_id, reason="test")
    assert mine(company) == (0, 3_000)
    assert not broken()


def test_a_decision_is_doubted_once_and_then_stands(company: Company) -> None:
    settlement = paid_job(company)
    for _time in range(2):
        decide(company, handed_up(company, filed(company, settlement)), "reject")
    with pytest.raises(Refused) as refused:
        filed(company, settlement)
    assert refused.value.code == "dispute.decided"
    assert filed(company, settlement, seq=2).state == "submitted"


def test_all_named_departments_are_heard_before_it_moves_on(company: Company) -> None:
    dispute = filed(company, paid_job(company))
    asked = ask_departments(
        dispute_id=dispute.pk, asked=["outlet", "finance", "elsewhere"], actor=company.finance
    )
    assert asked.state == "counterparty_review"
    answer: dict[str, Any] = {"dispute_id": dispute.pk, "opinion": "agrees", "text": "属实"}
    with pytest.raises(Refused):
        give_opinion(**answer, department="finance", actor=company.manager)
    first = give_opinion(**answer, department="outlet", actor=company.manager)
    assert first.state == "counterparty_review"
    with pytest.raises(Conflict):
        give_opinion(**answer, department="outlet", actor=company.manager)
    assert give_opinion(**answer, department="finance", actor=company.finance).state == "accepted"


def test_the_only_reviewer_does_not_decide(company: Company) -> None:
    dispute = filed(company, paid_job(company))
    ask_departments(dispute_id=dispute.pk, asked=["finance"], actor=company.finance)
    give_opinion(
        dispute_id=dispute.pk, department="finance", opinion="refuses", text="不符",
        actor=company.finance,
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        decide(company, dispute, "reject")
    assert refused.value.code == "dispute.own_review"
    other = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    decision = Decision("reject", "不符")
    decided = decide_dispute(dispute_id=dispute.pk, decision=decision, actor=other)
    assert decided.state == "rejected"


@pytest.mark.parametrize(
    ("fen", "reason", "code"),
    [
        (0, "x", "dispute.amount"),
        (10**9, "x", "dispute.amount"),
        (1, "  ", "dispute.reason"),
    ],
)
def test_a_claim_that_cannot_be_is_refused(
    company: Company, fen: int, reason: str, code: str
) -> None:
    settlement = settled(company)
    with pytest.raises(Refused) as refused:
        file_dispute(
            kind="line",
            pk=settlement.lines.order_by("seq")[0].pk,
            claim=Claim(fen, 10, reason),
            party=installer_party(company.installer),
            actor=company.installer.user,
        )
    assert refused.value.code == code
    assert not Dispute.objects.exists()


def test_an_upheld_amount_is_never_more_than_the_claim(company: Company) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    with pytest.raises(Refused):
        decide(company, dispute, "uphold", 3_001)


def test_evidence_stays_what_it_was(company: Company) -> None:
    settlement = paid_job(company)
    dispute = filed(company, settlement)
    frozen = DisputeEvidence.objects.get(dispute=dispute)
    before = frozen.sha256
    settlement.work_order.evidence.all().delete()
    settlement.work_order.check_ins.all().delete()
    frozen.refresh_from_db()
    bundle = frozen.bundle
    assert fingerprint(bundle) == before
    assert bundle["photos"]
    assert bundle["signatures"]
    assert bundle["check_ins"]
    assert bundle["timeline"]
    assert len(bundle["claim"]["photos"]) == 1
    assert all(len(one["sha256"]) == 64 for one in bundle["photos"])
    assert set(bundle["line"]["why"]) == {"en", "zh-hans"}
    settlement.refresh_from_db()
    assert bundle["facts"] == settlement.facts
    with pytest.raises(DatabaseError), transaction.atomic():
        DisputeEvidence.objects.update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        dispute.steps.all().delete()


def test_an_answer_brings_an_undecided_dispute_back(company: Company) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    decide(company, dispute, "leave_open")
    actor = company.installer.user
    answered = answer_dispute(dispute_id=dispute.pk, text="补照片", actor=actor)
    assert (answered.state, mine(company)) == ("escalated", (5_412, 18_700))


def test_rules_are_counted_with_their_share_and_their_success(company: Company) -> None:
    settlement = paid_job(company)
    decide(company, handed_up(company, filed(company, settlement)), "uphold", 1_000)
    filed(company, settlement, fen=100)
    (row,) = quarrels_by_rule(actor=company.finance)
    assert (row.disputes, row.open, row.upheld, row.lines) == (2, 1, 1, 1)
    assert (row.share_bp, row.upheld_bp, row.paid_fen) == (20_000, 10_000, 1_000)


def test_what_silence_confirmed_is_no_success_of_a_claim(company: Company) -> None:
    dispute = filed(company, paid_job(company))
    assert dispute.due_at is not None
    with clock.moved_to(dispute.due_at + timedelta(minutes=1)):
        time_out(dispute_id=dispute.pk)
    (row,) = quarrels_by_rule(actor=company.finance)
    assert (row.disputes, row.upheld, row.silent, row.upheld_bp) == (1, 0, 1, None)


def test_every_state_of_the_table_has_a_way_out_and_none_skips_the_decider() -> None:
    ends = {flow.State.CANCELLED, flow.State.CLOSED, flow.State.TIMED_OUT_DISMISSED}
    for state in flow.State:
        leaving = [name for name in flow.MOVES if flow.allowed(name, state)]
        assert bool(leaving) == (state not in ends), state
    for move in flow.MOVES.values():
        assert move.by is flow.By.DECIDER or move.target not in {"upheld", "rejected"}
    for state in flow.HOLDING:
        assert any(m.target not in flow.HOLDING for m in flow.MOVES.values() if state in m.sources)


@pytest.mark.commits
def test_a_decision_beside_the_lock_of_its_period_lands_in_a_period_that_was_open(
    company: Company,
) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    run = computed(company.finance)
    other: User = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    decision = Decision("uphold", "属实", 3_000, company.world.east.pk)
    found = in_threads(
        lambda: decide_dispute(dispute_id=dispute.pk, decision=decision, actor=company.finance),
        lambda: lock_period(period_id=run.period_id, typed=str(run.period), actor=other),
    )
    assert isinstance(found[0], Dispute), found
    assert isinstance(found[1], StatementPeriod), found
    drain(queues=BULK, strict=True)
    # Whoever was first: what the locked statements say is what the books hold of their period.
    for statement in Statement.objects.filter(run=run).select_related("party"):
        assert statement.total_fen == in_ledger(statement.party, found[1])
    assert broken() == []


@pytest.mark.commits
def test_of_two_people_deciding_one_wins_and_the_other_reads_who(company: Company) -> None:
    dispute = handed_up(company, filed(company, paid_job(company)))
    people: list[User] = [company.finance, UserFactory(role=Role.FINANCE, unit=company.world.hq)]
    decision = Decision("uphold", "属实", 3_000, company.world.east.pk)
    found = in_threads(
        *(
            lambda who=who: decide_dispute(dispute_id=dispute.pk, decision=decision, actor=who)
            for who in people
        )
    )
    lost = [each for each in found if isinstance(each, Conflict)]
    (won,) = (each for each in found if isinstance(each, Dispute))
    assert len(lost) == 1
    assert won.decided_by is not None
    assert won.decided_by.display_name in str(lost[0])
    assert JournalEntry.objects.filter(kind="dispute").count() == 1
    assert mine(company) == (2_412, 24_700)


@pytest.mark.commits
def test_a_dispute_filed_while_the_settlement_is_taken_back_finds_no_line(
    company: Company,
) -> None:
    settlement, schema = paid_job(company), connection.schema_name
    found: list[object] = []

    def work() -> None:
        with schema_context(schema):
            try:
                filed(company, settlement)
            except Refused as refused:
                found.append(refused.code)
        connections.close_all()

    other = Thread(target=work)
    with transaction.atomic():
        reverse_settlement(order_id=settlement.work_order_id, reason="test")
        other.start()
        assert wait_until(somebody_waits, 30)
    other.join()
    assert found == ["dispute.no_line"]
    assert mine(company) == (0, 0)
    assert not Posting.objects.filter(entry__kind="dispute_hold").exists()
