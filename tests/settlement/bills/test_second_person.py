"""What needs a second person cannot be undone, or freed of one, by one person."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from common.errors import Conflict, Refused
from settlement.approvals import approvals_waiting
from settlement.bills import actions
from settlement.bills.limit import USUAL_FEN, alone_fen, decide_limit, proposed_limit, set_limit
from settlement.ledger import balances
from settlement.models import BillAction, BillLimit, BillPosition, JournalEntry
from settlement.services.parties import unit_party
from tests.factories import UserFactory
from tests.settlement.bills.test_bill_pages import BILLS, HTMX, text
from tests.settlement.bills.test_reconciling import accept, decide, differing, large, position
from tests.settlement.company import Company
from tests.settlement.threads import in_threads
from workorders.models import StaffNotice


@pytest.fixture
def accepted(company: Company) -> BillAction:
    """A difference too large for one person, proposed by finance and accepted by the administrator."""
    found = large(company)
    accept(found, company.finance)
    return decide(found, company.world.admin, approve=True)


def take_back(action: BillAction, actor: User, reason: str = "弄错了") -> BillAction:
    return actions.take_back_acceptance(action_id=action.pk, reason=reason, actor=actor)


def answer(found: BillPosition, actor: User, *, approve: bool, reason: str = "") -> BillAction:
    return actions.decide_taking_back(
        position_id=found.pk, approve=approve, reason=reason, actor=actor
    )


def codes(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def test_what_two_people_accepted_is_taken_back_by_two(
    company: Company, accepted: BillAction
) -> None:
    top = unit_party(company.world.hq)
    entries, before = JournalEntry.objects.count(), balances(top)["available"]
    wish = take_back(accepted, company.world.admin)
    assert (wish.kind, wish.entry) == ("ask_back", None)
    assert (JournalEntry.objects.count(), position().state) == (entries, "accepted")
    assert codes(lambda: take_back(accepted, company.finance)) == "bill.back_asked"
    own = lambda: answer(position(), company.world.admin, approve=True)  # noqa: E731
    assert codes(own) == "bill.second_person"
    back = answer(position(), company.finance, approve=True)
    assert (back.kind, back.reason, back.by) == ("take_back", "弄错了", company.finance)
    assert (position().state, balances(top)["available"]) == ("differing", before + 60_000)
    assert codes(lambda: answer(position(), company.finance, approve=True)) == "bill.back_not_asked"
    with pytest.raises(Conflict):
        take_back(accepted, company.finance)


def test_a_raised_limit_does_not_free_what_two_people_accepted(
    company: Company, accepted: BillAction
) -> None:
    set_limit(most_fen=90_000, actor=company.world.admin)
    decide_limit(limit_id=BillLimit.objects.get().pk, approve=True, actor=company.finance)
    assert take_back(accepted, company.finance).kind == "ask_back"


def test_what_one_person_accepted_alone_needs_two_once_the_limit_is_lower(company: Company) -> None:
    action = accept(differing(company, more_fee=40_000), company.finance)
    assert action is not None
    assert action.kind == "accept"
    set_limit(most_fen=10_000, actor=company.world.admin)
    assert take_back(action, company.finance).kind == "ask_back"


def test_a_refused_wish_leaves_the_acceptance_and_who_asked_is_told(
    company: Company, accepted: BillAction
) -> None:
    take_back(accepted, company.finance)
    assert codes(lambda: answer(position(), company.world.admin, approve=False)) == "bill.reason"
    kept = answer(position(), company.world.admin, approve=False, reason="平台确认了")
    assert (kept.kind, position().state) == ("keep", "accepted")
    told = StaffNotice.objects.get()
    assert (told.user, told.code) == (company.finance, "back_refused")
    take_back(accepted, company.finance)
    withdrawn = answer(position(), company.finance, approve=False)
    assert (withdrawn.kind, StaffNotice.objects.count()) == ("keep", 1)
    assert take_back(accepted, company.world.admin).kind == "ask_back"


def test_a_higher_limit_counts_once_another_person_approved_it(company: Company) -> None:
    admin = company.world.admin
    kept = set_limit(most_fen=90_000, actor=admin)
    assert (kept.state, alone_fen()) == ("proposed", USUAL_FEN)
    assert codes(lambda: decide_limit(limit_id=kept.pk, approve=True, actor=admin)) == (
        "bill.second_person"
    )
    assert codes(lambda: set_limit(most_fen=95_000, actor=admin)) == "bill.limit_proposed"
    decide_limit(limit_id=kept.pk, approve=True, actor=company.finance)
    assert (alone_fen(), proposed_limit()) == (90_000, None)
    assert codes(lambda: decide_limit(limit_id=kept.pk, approve=True, actor=admin)) == (
        "bill.limit_decided"
    )
    assert set_limit(most_fen=20_000, actor=admin).state == "in_force"
    assert alone_fen() == 20_000


def test_a_refused_or_withdrawn_limit_never_counts(company: Company) -> None:
    admin = company.world.admin
    refused = set_limit(most_fen=90_000, actor=admin)
    decide_limit(limit_id=refused.pk, approve=False, actor=company.finance)
    assert StaffNotice.objects.get().user == admin
    withdrawn = set_limit(most_fen=90_000, actor=admin)
    decide_limit(limit_id=withdrawn.pk, approve=False, actor=admin)
    assert (alone_fen(), StaffNotice.objects.count()) == (USUAL_FEN, 1)


def test_people_of_a_branch_decide_about_no_limit(company: Company) -> None:
    kept = set_limit(most_fen=90_000, actor=company.world.admin)
    branch = UserFactory(role=Role.FINANCE, unit=company.world.east)
    with pytest.raises(Refused):
        decide_limit(limit_id=kept.pk, approve=True, actor=branch)
    assert alone_fen() == USUAL_FEN


def test_who_may_approve_learns_of_both_and_who_asked_does_not(
    company: Company, accepted: BillAction
) -> None:
    take_back(accepted, company.finance)
    set_limit(most_fen=90_000, actor=company.world.admin)
    seen = {
        who: [one.url for one in approvals_waiting(actor=who)]
        for who in (company.finance, company.world.admin)
    }
    assert seen[company.finance] == [BILLS]
    assert seen[company.world.admin] == [f"{BILLS}{accepted.position_id}/"]


def test_the_desk_asks_and_another_one_answers(
    company: Company, accepted: BillAction, client: Any
) -> None:
    address = f"{BILLS}{accepted.position_id}/"
    client.force_login(company.finance)
    asked = client.post(f"{address}take-back/", {"reason": "弄错了"}, headers=HTMX)
    assert asked.status_code == 204
    decided = f"{address}take-back/decide/"
    own = text(client.get(address))
    assert decided in own
    assert 'value="approve"' not in own
    assert client.post(decided, {"answer": "approve"}, headers=HTMX).status_code == 422
    client.force_login(company.world.admin)
    assert "弄错了" in text(client.get(address))
    assert client.post(decided, {"answer": "approve"}, headers=HTMX).status_code == 204
    assert position().state == "differing"


def test_the_list_shows_a_higher_limit_until_somebody_else_answers(
    company: Company, client: Any
) -> None:
    client.force_login(company.world.admin)
    assert client.post(f"{BILLS}limit/", {"most": "900"}).status_code == 302
    address, typed = f"{BILLS}limit/decide/", {"limit": BillLimit.objects.get().pk}
    own = text(client.get(BILLS))
    assert "¥900.00" in own
    assert 'value="approve"' not in own
    client.force_login(company.finance)
    assert 'value="approve"' in text(client.get(BILLS))
    assert client.post(address, typed | {"answer": "approve"}).status_code == 302
    assert client.post(address, typed | {"answer": "approve"}).status_code == 409
    assert "x-higher" not in text(client.get(BILLS))
    assert alone_fen() == 90_000


@pytest.mark.commits
def test_of_two_people_answering_at_once_one_posts_and_the_other_is_told(company: Company) -> None:
    found = large(company)
    accept(found, company.finance)
    take_back(decide(found, company.world.admin, approve=True), company.finance)
    people = [company.world.admin, UserFactory(role=Role.FINANCE, unit=company.world.hq)]
    in_threads(*(lambda who=who: _try(found, who) for who in people))
    assert BillAction.objects.filter(kind="take_back").count() == 1
    assert position().state == "differing"


def _try(found: BillPosition, who: User) -> str:
    try:
        return answer(found, who, approve=True).kind
    except Conflict as late:
        return late.code
