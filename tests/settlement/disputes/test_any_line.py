"""Every line a payee sees on its statement may be doubted by that payee, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common import clock
from common.errors import Refused
from settlement.adjustments.making import decide_adjustment, make_adjustment
from settlement.closing.steps import reopen_period
from settlement.disputes.deciding import Decision, decide_dispute
from settlement.disputes.filing import Claim, file_dispute
from settlement.disputes.paying import payers
from settlement.disputes.reviewing import ask_departments, departments, speaks_for
from settlement.disputes.selectors import visible_disputes
from settlement.disputes.silence import time_out
from settlement.disputes.statistics import quarrels_by_rule
from settlement.ledger import balances
from settlement.models import (
    Dispute,
    Party,
    PeriodLine,
    Settlement,
    SettlementAdjustment,
    SettlementLine,
)
from settlement.services.parties import installer_party, unit_party
from settlement.services.publishing import publish_rules
from settlement.statements.reading import read_sheet
from tests.browsing import TenantClient
from tests.factories import UnitFactory, UserFactory
from tests.settlement.company import INDUSTRY, Company, preset, settled
from tests.settlement.disputes.test_disputes import broken, paid_job
from tests.settlement.statement_cast import computed, locked, period_now, statement_of
from tests.settlement.test_adjustments import wish
from tests.settlement.test_bonuses import BONUS
from tests.settlement.test_closing import colleague

CLAIM = Claim(500, 10, "少算了")


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args, urlconf="config.urls")


@pytest.fixture
def branch(company: Company) -> User:
    """Who manages the branch that settles the orders."""
    manager: User = UserFactory(role=Role.REGION_MANAGER, unit=company.world.east)
    return manager


def branch_line(settlement: Settlement, company: Company) -> SettlementLine:
    found = settlement.lines.filter(payee__unit=company.world.east).exclude(amount_fen=0)
    line = found.order_by("seq").first()
    assert line is not None
    return line


def adjusted(company: Company, settlement: Settlement) -> SettlementAdjustment:
    made = make_adjustment(settlement=settlement, wish=wish(settlement), actor=company.finance)
    return decide_adjustment(
        adjustment_id=made.pk, approve=True, reason="", actor=company.world.admin
    )


def rewarded(company: Company) -> PeriodLine:
    """The bonus of two orders, posted when their period was locked."""
    body = preset(period=[BONUS], version="2026.2")
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    settled(company)
    settled(company, "E2")
    locked(company.finance)
    return PeriodLine.objects.get()


def of(who: Party, actor: User, kind: str, pk: int) -> Dispute:
    return file_dispute(kind=kind, pk=pk, claim=CLAIM, party=who, actor=actor)


def silent(dispute: Dispute) -> Dispute:
    with clock.moved_to(clock.now() + timedelta(days=3)):
        return time_out(dispute_id=dispute.pk)


def test_a_unit_doubts_its_line_from_its_statement_in_two_clicks(
    company: Company, branch: User, client: TenantClient
) -> None:
    settlement = paid_job(company)
    line = branch_line(settlement, company)
    computed(company.finance)
    statement = statement_of(unit_party(company.world.east))
    client.force_login(branch)
    form = url("settlement:dispute-claim", "line", line.pk)
    assert form in client.get(url("settlement:statement-detail", statement.number)).content.decode()
    assert line.label in client.get(form).content.decode()
    send = url("settlement:dispute-claim-send", "line", line.pk)
    typed = {"amount": "5", "reason": "少算了", "kind": "10"}
    sent = client.post(send, typed, headers={"Idempotency-Key": "k"})
    dispute = Dispute.objects.get()
    page = url("settlement:dispute-detail", dispute.number)
    assert sent["Location"] == page == client.get(form)["Location"]
    assert (dispute.claimant_party.unit, dispute.line, dispute.claimed_fen) == (
        company.world.east, line, 500,
    )  # fmt: skip
    assert dispute.evidence.bundle["line"]["why"]["zh-hans"]
    shown = client.get(page).content.decode()
    assert url("settlement:dispute-own-withdraw", dispute.number) in shown
    assert url("settlement:dispute-ask", dispute.number) not in shown
    took = client.post(
        url("settlement:dispute-own-withdraw", dispute.number), headers={"Idempotency-Key": "w"}
    )
    dispute.refresh_from_db()
    assert (took.status_code, dispute.state, dispute.held_fen) == (302, "cancelled", 0)
    assert broken() == []


def test_an_outlet_reads_and_doubts_its_own_statement(
    company: Company, client: TenantClient
) -> None:
    settlement = paid_job(company)
    outlet = company.manager.unit
    assert outlet is not None
    made = make_adjustment(
        settlement=settlement,
        wish=wish(settlement, payee=unit_party(outlet), amount_fen=700),
        actor=company.finance,
    )
    posted = decide_adjustment(
        adjustment_id=made.pk, approve=True, reason="", actor=company.world.admin
    )
    computed(company.finance)
    client.force_login(company.manager)
    page = url("settlement:statement-detail", statement_of(unit_party(outlet)).number)
    form = url("settlement:dispute-claim", "entry", posted.entry_id)
    assert form in client.get(page).content.decode()
    assert posted.reason in client.get(form).content.decode()


def test_a_line_is_doubted_by_its_own_payee_alone(
    company: Company, branch: User, client: TenantClient
) -> None:
    settlement = paid_job(company)
    own = branch_line(settlement, company)
    theirs = settlement.lines.filter(party_role="installer").order_by("seq")[0]
    entry = adjusted(company, settlement).entry_id
    strange: User = UserFactory(role=Role.REGION_MANAGER, unit=UnitFactory(code="Z9"))
    cases = [
        (branch, "line", own.pk, 200),
        (branch, "line", theirs.pk, 404),
        (branch, "entry", entry, 200),  # the branch paid it
        (branch, "elsewhere", own.pk, 404),
        (company.manager, "line", own.pk, 404),
        (company.manager, "entry", entry, 404),
        (company.finance, "line", own.pk, 404),
        (strange, "line", own.pk, 404),
    ]
    for who, kind, pk, status in cases:
        client.force_login(who)
        answer = client.get(url("settlement:dispute-claim", kind, pk))
        assert answer.status_code == status, (who.role, kind)
    client.force_login(company.installer.user)
    for kind, pk, status in (
        ("line", own.pk, 404),
        ("line", theirs.pk, 200),
        ("entry", entry, 200),
    ):
        answer = client.get(url("settlement-phone:dispute-form", kind, pk))
        assert answer.status_code == status


def test_who_claims_for_a_unit_neither_reviews_nor_decides(company: Company, branch: User) -> None:
    dispute = of(
        unit_party(company.world.east), branch, "line",
        branch_line(paid_job(company), company).pk,
    )  # fmt: skip
    assert company.world.east not in payers(dispute)
    assert "branch" not in departments(dispute)
    assert speaks_for(branch, dispute) == set()
    with pytest.raises(Refused):
        ask_departments(dispute_id=dispute.pk, asked=["finance"], actor=branch)
    own_finance: User = UserFactory(role=Role.FINANCE, unit=company.world.east)
    with pytest.raises(Refused) as refused:
        decide_dispute(dispute_id=dispute.pk, decision=Decision("reject", "x"), actor=own_finance)
    assert refused.value.code == "dispute.own_claim"


def test_other_units_do_not_read_what_a_unit_claims(company: Company, branch: User) -> None:
    settlement = paid_job(company)
    dispute = of(
        unit_party(company.world.east), branch, "line", branch_line(settlement, company).pk
    )
    readers = {
        who: visible_disputes(actor=who).filter(pk=dispute.pk).exists()
        for who in (branch, company.finance, company.manager)
    }
    assert settlement.work_order.served_by == company.manager.unit
    assert list(readers.values()) == [True, True, False]


def test_a_branch_confirmed_by_silence_is_paid_by_headquarters(
    company: Company, branch: User
) -> None:
    party = unit_party(company.world.east)
    line = branch_line(paid_job(company), company)
    before, hq = balances(party)["available"], balances(unit_party(company.world.hq))["available"]
    ended = silent(of(party, branch, "line", line.pk))
    assert (ended.state, balances(party)["available"]) == ("timed_out_confirmed", before + 500)
    assert balances(unit_party(company.world.hq))["available"] == hq - 500
    assert broken() == []


def test_a_bonus_is_doubted_from_the_phone_and_paid_by_headquarters(
    company: Company, client: TenantClient
) -> None:
    bonus = rewarded(company)
    me = installer_party(company.installer)
    client.force_login(company.installer.user)
    statement = url("settlement-phone:statement-detail", statement_of(me).number)
    form = url("settlement-phone:dispute-form", "bonus", bonus.pk)
    assert form in client.get(statement).content.decode()
    assert "月度阶梯奖" in client.get(form).content.decode()
    send = url("settlement-phone:dispute-send", "bonus", bonus.pk)
    typed = {"amount": "5", "reason": "少算一单", "kind": "10"}
    sent = client.post(send, typed, headers={"Idempotency-Key": "b", "X-Outbox": "1"})
    dispute = Dispute.objects.get()
    own = url("settlement-phone:dispute", dispute.number)
    assert sent.json() == {"ok": True, "next": own}
    assert "月度阶梯奖" in client.get(own).content.decode()
    assert (dispute.work_order, dispute.period_line, dispute.held_fen) == (None, bonus, 500)
    assert any("2" in words for words in dispute.evidence.bundle["line"]["why"]["zh-hans"])
    before = balances(me)["available"] + 500
    silent(dispute)
    assert balances(me)["available"] == before + 500
    paid = SettlementAdjustment.objects.get(dispute=dispute)
    assert (paid.work_order, paid.payer.unit, paid.amount_fen) == (None, company.world.hq, 500)
    assert "少算一单" in client.get(own).content.decode()
    client.force_login(company.finance)
    for page in ("settlement:dispute-list", "settlement:adjustment-list", "settlement:held-list"):
        assert client.get(url(page), {"state": ""}).status_code == 200
    assert client.get(url("settlement:dispute-detail", dispute.number)).status_code == 200
    assert [row.rule for row in quarrels_by_rule(actor=company.finance)] == [bonus.rule]
    assert paid.entry is not None
    sheet = read_sheet(party=me, period=paid.entry.period)
    assert [one.amount_fen for one in sheet.lines if "少算一单" in one.label] == [500]
    assert broken() == []


def test_a_doubted_bonus_that_is_taken_back_ends_its_dispute_and_gives_back(
    company: Company,
) -> None:
    bonus, me = rewarded(company), installer_party(company.installer)
    dispute = of(me, company.installer.user, "bonus", bonus.pk)
    reopen_period(period_id=bonus.entry.period_id, reason="漏单", actor=colleague(company))
    dispute.refresh_from_db()
    assert (dispute.state, dispute.held_fen) == ("closed", 0)
    with pytest.raises(Refused):
        of(me, company.installer.user, "bonus", bonus.pk)
    assert broken() == []


def test_an_adjustment_is_doubted_by_both_sides_and_answered_by_the_other(
    company: Company, branch: User
) -> None:
    posted = adjusted(company, paid_job(company))
    me, payer = installer_party(company.installer), unit_party(company.world.east)
    assert posted.entry_id is not None
    mine = of(me, company.installer.user, "entry", posted.entry_id)
    theirs = of(payer, branch, "entry", posted.entry_id)
    assert (mine.amount_fen, theirs.amount_fen) == (2_000, -2_000)
    assert posted.reason in mine.label
    assert payers(mine)[0] == company.world.east
    assert company.world.east not in payers(theirs)
    assert mine.number != theirs.number
    silent(mine)
    assert broken() == []


def test_the_phone_offers_to_doubt_an_adjustment_on_its_job(
    company: Company, client: TenantClient
) -> None:
    settlement = paid_job(company)
    posted = adjusted(company, settlement)
    client.force_login(company.installer.user)
    page = client.get(url("settlement-phone:job", settlement.work_order.number)).content.decode()
    assert url("settlement-phone:dispute-form", "entry", posted.entry_id) in page


def test_what_a_dispute_gave_is_doubted_on_its_own_line_only(company: Company) -> None:
    settlement = paid_job(company)
    me = installer_party(company.installer)
    line = settlement.lines.filter(payee=me).order_by("seq")[0]
    silent(of(me, company.installer.user, "line", line.pk))
    entry = SettlementAdjustment.objects.get().entry_id
    assert entry is not None
    with pytest.raises(Refused):
        of(me, company.installer.user, "entry", entry)
    sheet = read_sheet(party=me, period=period_now())
    assert all(one.doubted_as is None for one in sheet.lines if one.code == "dispute")
