"""Who a dispute waits for is who may act on it: lists, reminders and refusals have one rule."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from common import clock
from common.errors import Forbidden, Refused
from settlement.disputes import flow
from settlement.disputes.deciding import Decision, decide_dispute, may_decide
from settlement.disputes.filing import Claim, answer_dispute, file_dispute
from settlement.disputes.reminding import remind
from settlement.disputes.reviewing import ask_departments, give_opinion, speaks_for
from settlement.disputes.selectors import visible_disputes
from settlement.disputes.steps import write_step
from settlement.disputes.thread import shown_steps
from settlement.disputes.waiting import awaiting, claimants, who_acts
from settlement.models import Dispute
from settlement.services.parties import unit_party
from settlement.services.settling import reverse_settlement
from tests.browsing import TenantClient
from tests.factories import UserFactory
from tests.settlement.company import Company
from tests.settlement.disputes.test_disputes import decide, filed, paid_job

ASKED = {
    "outlet": Role.OUTLET_MANAGER,
    "branch": Role.REGION_MANAGER,
    "finance": Role.FINANCE,
}


def alone(admin: User) -> None:
    """Nobody else is an administrator of headquarters."""
    others = User.objects.filter(role=Role.HQ_ADMIN).exclude(pk=admin.pk)
    others.update(is_active=False)


def refused_by(person: User, dispute: Dispute, company: Company) -> Dispute:
    """The dispute after finance was asked alone, and this person refused for it."""
    ask_departments(dispute_id=dispute.pk, asked=["finance"], actor=company.world.admin)
    return give_opinion(
        dispute_id=dispute.pk, department="finance", opinion="refuses", text="x", actor=person
    )


def of_branch(company: Company) -> tuple[Dispute, User]:
    """A dispute of the branch that settles the orders, and who filed it."""
    branch: User = UserFactory(role=Role.REGION_MANAGER, unit=company.world.east)
    settlement, party = paid_job(company), unit_party(company.world.east)
    line = settlement.lines.filter(payee=party).exclude(amount_fen=0).order_by("seq")[0]
    claim = Claim(500, 10, "少算了")
    return file_dispute(kind="line", pk=line.pk, claim=claim, party=party, actor=branch), branch


def everybody(company: Company) -> list[User]:
    """People of every role at headquarters, in the settling branch, the outlet and elsewhere."""
    for place in (company.world.hq, company.world.east, company.manager.unit, company.agent):
        for role in Role:
            UserFactory(role=role, unit=place)
    UserFactory(role=Role.FINANCE, unit=company.world.hq, is_active=False)
    return list(User.objects.select_related("unit"))


def test_the_only_reviewer_heard_is_not_offered_the_decision_and_headquarters_is_at_once(
    company: Company,
) -> None:
    alone(company.world.admin)
    dispute = refused_by(company.finance, filed(company, paid_job(company)), company)
    assert who_acts(dispute) == [company.world.admin]
    assert not awaiting(actor=company.finance).exists()
    assert awaiting(actor=company.world.admin).get() == dispute
    assert not may_decide(dispute, actor=company.finance)
    assert may_decide(dispute, actor=company.world.admin)
    with pytest.raises(Refused) as refused:
        decide(company, dispute, "reject")
    assert refused.value.code == "dispute.own_review"
    other = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    assert who_acts(dispute) == [other]


def test_who_was_heard_beside_another_may_decide(company: Company) -> None:
    dispute = filed(company, paid_job(company))
    ask_departments(dispute_id=dispute.pk, asked=["finance", "outlet"], actor=company.finance)
    for name, person in (("finance", company.finance), ("outlet", company.manager)):
        dispute = give_opinion(
            dispute_id=dispute.pk, department=name, opinion="refuses", text="x", actor=person
        )
    assert who_acts(dispute) == [company.finance]
    assert decide(company, dispute, "reject").state == "rejected"


def test_where_nobody_may_decide_nobody_is_named_and_the_reminder_says_so(
    company: Company,
) -> None:
    User.objects.filter(pk=company.finance.pk).update(is_active=False)
    alone(company.world.admin)
    dispute = refused_by(company.world.admin, filed(company, paid_job(company)), company)
    assert who_acts(dispute) == []
    Dispute.objects.update(remind_at=clock.now())
    remind(dispute_id=dispute.pk)
    said = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said[language] = shown_steps(dispute)[0].text
    assert said == {"en": "Nobody may act on it", "zh-hans": "目前无人有权处理"}


def test_what_a_step_says_is_read_in_the_language_of_its_reader_and_older_ones_as_written(
    company: Company,
) -> None:
    with translation.override("zh-hans"):
        dispute = refused_by(company.finance, filed(company, paid_job(company)), company)
    with translation.override("en"):
        opinion, asked = shown_steps(dispute)[:2]
    assert (opinion.text, asked.text) == ("Finance: Refuses the claim: x", "Finance")
    with translation.override("zh-hans"):
        opinion, asked = shown_steps(dispute)[:2]
    assert (opinion.text, asked.text) == ("财务：不认可：x", "财务")
    for move in ("ask", "opinion", "remind"):
        write_step(dispute, move, source=dispute.state, actor=None, text="财务：不认可：旧")
    with translation.override("en"):
        assert {one.text for one in shown_steps(dispute)[:3]} == {"财务：不认可：旧"}


def test_why_a_dispute_ended_with_its_settlement_is_read_in_the_language_of_its_reader(
    company: Company,
) -> None:
    said = {
        "en": "The settlement was taken back; the job is settled anew",
        "zh-hans": "结算已撤回，该单将重新结算",
    }
    settlement = paid_job(company)
    dispute = filed(company, settlement)
    with translation.override("zh-hans"):
        reverse_settlement(order_id=settlement.work_order_id, reason="test")
    dispute.refresh_from_db()
    assert dispute.state == "closed"
    for language, sentence in said.items():
        with translation.override(language):
            assert shown_steps(dispute)[0].text == sentence
    # Steps of before: the house's own sentence is known again, other words stay as they are.
    for old in (*said.values(), "手工备注"):
        write_step(dispute, "void", source="submitted", actor=None, text=old)
    with translation.override("en"):
        assert [one.text for one in shown_steps(dispute)[:3]] == [
            "手工备注",
            said["en"],
            said["en"],
        ]


def test_the_only_reviewer_reads_why_there_is_no_decision_to_make(
    company: Company, client: TenantClient
) -> None:
    dispute = refused_by(company.finance, filed(company, paid_job(company)), company)
    page = reverse("settlement:dispute-detail", args=[dispute.number])
    decides = reverse("settlement:dispute-decide", args=[dispute.number])
    client.cookies["lang"] = "zh-hans"
    shown = {}
    for person in (company.finance, company.world.admin):
        client.force_login(person)
        shown[person] = client.get(page).content.decode()
    assert decides not in shown[company.finance]
    assert "须由他人判定" in shown[company.finance]
    assert decides in shown[company.world.admin]


@pytest.mark.parametrize(
    ("claimant", "asked"),
    [
        ("installer", "outlet"),
        ("installer", "branch"),
        ("installer", "finance"),
        ("unit", "finance"),
    ],
)
def test_in_every_open_state_a_dispute_is_on_the_list_of_just_those_it_waits_for(
    company: Company, claimant: str, asked: str
) -> None:
    dispute = of_branch(company)[0] if claimant == "unit" else filed(company, paid_job(company))
    people = everybody(company)
    refused_by(company.finance, dispute, company)
    for state in flow.OPEN:
        Dispute.objects.update(state=state)
        dispute.refresh_from_db()
        listed = {one.pk for one in people if awaiting(actor=one).exists()}
        acting = {one.pk for one in who_acts(dispute)}
        admins = {one.pk for one in people if one.role == Role.HQ_ADMIN}
        assert acting - admins == listed - admins, state
        assert acting or state == "counterparty_review", state
    ask = dispute.reviews.get()
    ask.department, ask.opinion, ask.by = asked, "", None
    ask.save()
    Dispute.objects.update(state="counterparty_review")
    dispute.refresh_from_db()
    acting = set(who_acts(dispute))
    listed = {one for one in people if awaiting(actor=one).exists()}
    assert {one.role for one in acting} == {ASKED[asked]}
    assert {one for one in listed if one.role != Role.HQ_ADMIN} == acting
    assert company.world.hq in {one.unit for one in acting}
    assert all(asked in speaks_for(one, dispute) for one in listed)


def test_whoever_speaks_for_a_unit_is_asked_for_what_its_dispute_lacks(company: Company) -> None:
    dispute, branch = of_branch(company)
    colleague: User = UserFactory(role=Role.FINANCE, unit=company.world.east)
    dispute = refused_by(company.finance, dispute, company)
    assert not {branch, colleague} & set(who_acts(dispute))
    Dispute.objects.update(state="undecided")
    dispute.refresh_from_db()
    assert set(who_acts(dispute)) == {branch, colleague} == set(claimants(dispute))
    assert awaiting(actor=colleague).get() == dispute
    User.objects.filter(pk=branch.pk).update(is_active=False)
    answered = answer_dispute(dispute_id=dispute.pk, text="补", actor=colleague)
    assert answered.state == "escalated"
    assert claimants(dispute) == [colleague]


def test_who_acts_is_one_query_however_many_people_there_are(company: Company) -> None:
    dispute = refused_by(company.finance, filed(company, paid_job(company)), company)
    counts = []
    for _more in range(2):
        everybody(company)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = who_acts(dispute)
        counts.append((len(asked), len(found)))
    assert counts[0][0] == counts[1][0] == 1
    assert counts[0][1] < counts[1][1]


@pytest.mark.parametrize("place", ["sold_by", "served_by"])
@pytest.mark.parametrize("role", [Role.FINANCE, Role.REGION_MANAGER])
def test_a_branch_that_only_sold_or_served_an_order_decides_nothing_about_its_pay(
    company: Company, place: str, role: Role
) -> None:
    dispute = filed(company, paid_job(company))
    order = dispute.work_order
    assert order is not None
    setattr(order, f"{place}_id", company.world.west.pk)
    order.save(update_fields=[place])
    outsider = UserFactory(role=role, unit=company.world.west)
    dispute = refused_by(company.finance, dispute, company)
    assert visible_disputes(actor=outsider).exists() is (place == "served_by")
    assert not awaiting(actor=outsider).exists()
    assert "finance" not in speaks_for(outsider, dispute)
    assert not may_decide(dispute, actor=outsider)
    decision = Decision("reject", "不成立")
    with pytest.raises(Forbidden) as refused:
        decide_dispute(dispute_id=dispute.pk, decision=decision, actor=outsider)
    assert refused.value.code == "dispute.outsider"
