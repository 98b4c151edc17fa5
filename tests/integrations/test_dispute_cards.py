"""Whom a dispute waits for, and who speaks for its claimant, gets a card: just they."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from common import clock
from integrations.models import SentCard
from integrations.services.dispute_cards import WAITS
from settlement.disputes.deciding import Decision, decide_dispute
from settlement.disputes.filing import Claim, answer_dispute, file_dispute
from settlement.disputes.reminding import remind
from settlement.disputes.reviewing import ask_departments, give_opinion
from settlement.disputes.silence import time_out
from settlement.models import Dispute
from settlement.services.parties import unit_party
from tests.factories import UserFactory
from tests.integrations.connected import CORP, work
from tests.integrations.test_dispatch_and_cards import company_of, disputed, received
from tests.settlement.company import Company, settled
from tests.workorders.conftest import own_media

__all__ = ["own_media"]


@pytest.fixture
def company(connected: Any) -> Company:
    """A company with a corp, in which each role is somebody else with an account."""
    connected.connect(CORP)
    found, world = company_of(connected), connected.world
    User.objects.filter(role=Role.HQ_ADMIN).exclude(pk=world.admin.pk).update(is_active=False)
    people = {
        "finance": UserFactory(role=Role.FINANCE, unit=world.hq, wecom_userid="finance"),
        "manager": UserFactory(
            role=Role.OUTLET_MANAGER, unit=world.installer.outlet, wecom_userid="manager"
        ),
    }
    UserFactory(role=Role.REGION_MANAGER, unit=world.east, wecom_userid="branch")
    UserFactory(role=Role.DISPATCHER, unit=world.hq, wecom_userid="dispatcher")
    User.objects.filter(pk=world.admin.pk).update(wecom_userid="admin")
    return replace(found, **people)


def ask(company: Company, dispute: Dispute) -> None:
    ask_departments(dispute_id=dispute.pk, asked=["outlet"], actor=company.finance)


def say(company: Company, dispute: Dispute, opinion: str) -> None:
    ask(company, dispute)
    give_opinion(
        dispute_id=dispute.pk, department="outlet", opinion=opinion, text="x",
        actor=company.manager,
    )  # fmt: skip


def hand_up(company: Company, dispute: Dispute) -> None:
    say(company, dispute, "refuses")


def leave_open(company: Company, dispute: Dispute) -> None:
    hand_up(company, dispute)
    decide(company, dispute, "leave_open")


def answer(company: Company, dispute: Dispute) -> None:
    leave_open(company, dispute)
    answer_dispute(dispute_id=dispute.pk, text="补", actor=dispute.claimant)


def run_out(dispute: Dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(due_at=clock.now() - timedelta(minutes=1))
    time_out(dispute_id=dispute.pk)


def to_person(_company: Company, dispute: Dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(claimed_fen=10**7)
    run_out(dispute)


def urge(company: Company, dispute: Dispute) -> None:
    hand_up(company, dispute)
    run_out(dispute)


def be_reminded(company: Company, dispute: Dispute) -> None:
    hand_up(company, dispute)
    Dispute.objects.filter(pk=dispute.pk).update(remind_at=clock.now())
    remind(dispute_id=dispute.pk)


def decide(company: Company, dispute: Dispute, outcome: str) -> None:
    decision = Decision(outcome, "须补充", 0)
    decide_dispute(dispute_id=dispute.pk, decision=decision, actor=company.finance)


Steps = dict[str, tuple[Callable[[Company, Dispute], None], set[str]]]
WAYS: Steps = {
    "file": (lambda _company, _dispute: None, {"finance", "branch", "manager"}),
    "ask": (ask, {"manager"}),
    "agree": (lambda company, dispute: say(company, dispute, "agrees"), {"finance"}),
    "hand_up": (hand_up, {"finance"}),
    "answer": (answer, {"finance"}),
    "to_person": (to_person, {"finance"}),
    "urge": (urge, {"finance", "admin"}),
    "remind": (be_reminded, {"finance"}),
}


def told_at(dispute: Dispute, move: str) -> list[str]:
    """The accounts that got a card about what a step made them do."""
    step = dispute.steps.get(move=move)
    found = SentCard.objects.filter(source_key__startswith=f"dispute-waits:{step.pk}:")
    return sorted(found.values_list("to_user", flat=True))


def test_each_kind_of_waiting_has_a_row_here() -> None:
    assert set(WAYS) == set(WAITS)


@pytest.mark.parametrize("move", WAITS)
def test_each_kind_of_waiting_tells_just_those_who_may_act(company: Company, move: str) -> None:
    dispute = disputed(settled(company))
    go, expected = WAYS[move]
    go(company, dispute)
    work()
    assert told_at(dispute, move) == sorted(expected)


def test_where_nobody_may_act_an_administrator_is_asked_to_give_somebody_the_right(
    connected: Any, company: Company
) -> None:
    User.objects.filter(pk=company.finance.pk).update(is_active=False)
    dispute = disputed(settled(company))
    ask_departments(dispute_id=dispute.pk, asked=["finance"], actor=company.world.admin)
    give_opinion(
        dispute_id=dispute.pk, department="finance", opinion="refuses", text="x",
        actor=company.world.admin,
    )  # fmt: skip
    work()
    assert told_at(dispute, "hand_up") == ["admin"]
    assert "无人可处理" in received(connected)[-1]["title"]


@pytest.mark.parametrize("move", ["leave_open", "reject"])
def test_everybody_who_speaks_for_a_unit_is_told_how_its_claim_stands(
    connected: Any, company: Company, move: str
) -> None:
    settlement, party = settled(company), unit_party(company.world.east)
    line = settlement.lines.filter(payee=party).exclude(amount_fen=0).order_by("seq")[0]
    branch = User.objects.get(wecom_userid="branch")
    UserFactory(role=Role.FINANCE, unit=company.world.east, wecom_userid="books")
    dispute = file_dispute(
        kind="line", pk=line.pk, claim=Claim(500, 10, "少算"), party=party, actor=branch
    )
    ask_departments(dispute_id=dispute.pk, asked=["finance"], actor=company.world.admin)
    give_opinion(
        dispute_id=dispute.pk, department="finance", opinion="refuses", text="x",
        actor=company.world.admin,
    )  # fmt: skip
    decide(company, dispute, move)
    work()
    step = dispute.steps.get(move=move)
    found = SentCard.objects.filter(source_key__startswith=f"dispute-answered:{step.pk}:")
    assert sorted(found.values_list("to_user", flat=True)) == ["books", "branch"]
    card = next(card for card in received(connected) if "须补充" in card["description"])
    assert f"/settlement/disputes/{dispute.number}/" in card["url"]
