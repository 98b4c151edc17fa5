"""Who may approve something learns that it waits; who proposed it or may not is not asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from dashboards.staff import staff_page
from settlement.adjustments.making import decide_adjustment, make_adjustment
from settlement.approvals import approvals_waiting
from settlement.bills.actions import accept_difference, decide_acceptance
from settlement.closing.assistant import assistant
from settlement.models import RecomputeRun
from settlement.payouts.batches import draft_payout
from settlement.proposals.approval import submit_draft
from settlement.recompute.running import reject_recompute
from settlement.rulebook.drafts import save_draft
from tests.factories import UserFactory
from tests.settlement.bills.test_reconciling import differing
from tests.settlement.company import Company, settled
from tests.settlement.proposals.conftest import hq_draft
from tests.settlement.recompute.cast import dearer, proposed
from tests.settlement.statement_cast import computed, period_now
from tests.settlement.test_adjustments import wish
from tests.settlement.test_payouts import closed


@pytest.fixture
def second(company: Company) -> User:
    made: User = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    return made


def counts(actor: User) -> list[int]:
    return [one.times for one in approvals_waiting(actor=actor)]


def only(actor: User) -> tuple[int, str]:
    [one] = approvals_waiting(actor=actor)
    return one.times, one.url


def url(name: str, *args: Any) -> str:
    return reverse(f"settlement:{name}", args=args, urlconf="config.urls")


def test_an_adjustment_waits_for_a_second_person_who_settles_there(
    company: Company, second: User
) -> None:
    slip = settled(company)
    made = make_adjustment(settlement=slip, wish=wish(slip), actor=company.finance)
    assert only(second) == (1, f"{url('adjustment-list')}?state=waiting")
    assert counts(company.finance) == []
    branch = UserFactory(role=Role.FINANCE, unit=slip.work_order.settled_by)
    elsewhere = UserFactory(role=Role.FINANCE, unit=company.agent)
    dispatcher = company.world.dispatcher
    assert [counts(one) for one in (elsewhere, dispatcher)] == [[], []]
    is_own = slip.installer.outlet_id in branch.units and slip.work_order.settled_by in branch.units
    assert counts(branch) == ([1] if is_own else [])
    decide_adjustment(adjustment_id=made.pk, approve=True, reason="", actor=second)
    assert counts(second) == []


def test_a_recompute_waits_for_a_second_person_until_it_is_decided(
    company: Company, second: User
) -> None:
    settled(company)
    run = proposed(company, dearer())
    assert run.state == RecomputeRun.State.REVIEW
    assert only(second) == (1, url("recompute-detail", run.pk))
    assert counts(company.finance) == []
    reject_recompute(run_id=run.pk, reason="不对", actor=second)
    assert counts(second) == []


def test_proposed_rules_wait_for_who_neither_submitted_nor_edited_them(
    company: Company, second: User
) -> None:
    draft = hq_draft(company, {"/components/NIGHT/rate_bp": 3_000})
    editor = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    change = {"/components/NIGHT/rate_bp": 3_100}
    save_draft(draft_id=draft.pk, revision=draft.revision, change=change, actor=editor)
    draft.refresh_from_db()
    submit_draft(draft_id=draft.pk, revision=draft.revision, note="", actor=company.finance)
    assert only(second) == (1, url("proposal-detail", draft.pk))
    assert [counts(one) for one in (editor, company.finance, company.manager)] == [[], [], []]


def test_a_drafted_payout_waits_for_another_person_of_headquarters(
    company: Company, second: User
) -> None:
    batch = draft_payout(period_id=closed(company).pk, actor=company.finance)
    assert only(second) == (1, url("payout-detail", batch.pk))
    assert counts(company.finance) == []
    assert counts(UserFactory(role=Role.FINANCE, unit=company.agent)) == []


def test_a_proposed_acceptance_waits_for_another_person_of_headquarters(
    company: Company, second: User
) -> None:
    found = differing(company, more_fee=60_000)
    assert counts(second) == []
    accept_difference(position_id=found.pk, reason="认", bearer_id=None, actor=company.finance)
    assert only(second) == (1, url("bill-detail", found.pk))
    assert counts(company.finance) == []
    assert counts(UserFactory(role=Role.FINANCE, unit=company.agent)) == []
    decide_acceptance(position_id=found.pk, approve=True, reason="", actor=second)
    assert counts(second) == []


def test_the_list_of_adjustments_offers_a_decision_to_who_may_take_it(
    company: Company, second: User, client: Any
) -> None:
    slip = settled(company)
    made = make_adjustment(settlement=slip, wish=wish(slip), actor=company.finance)
    decide = url("adjustment-decide", made.pk)
    branch = UserFactory(role=Role.FINANCE, unit=slip.work_order.settled_by)
    for actor, may in ((second, True), (company.finance, False), (branch, False)):
        client.force_login(actor)
        page = client.get(url("adjustment-list")).content.decode()
        assert slip.work_order.number in page
        assert (decide in page) is may


def test_the_staff_view_shows_what_waits_with_its_link_and_says_when_nothing_does(
    company: Company, second: User, client: Any
) -> None:
    slip = settled(company)
    client.force_login(second)
    page = reverse("dashboards:staff", urlconf="config.urls")
    assert 'id="approvals"' in client.get(page).content.decode()
    before = staff_page(actor=second)
    assert (before.approvals, before.approves) == ([], True)
    make_adjustment(settlement=slip, wish=wish(slip), actor=company.finance)
    assert f'href="{url("adjustment-list")}?state=waiting"' in client.get(page).content.decode()
    assert staff_page(actor=second).stamp != before.stamp
    client.force_login(company.world.dispatcher)
    assert 'id="approvals"' not in client.get(page).content.decode()


def test_the_checklist_names_waiting_adjustments_and_unposted_recomputes_and_locks_all_the_same(
    company: Company, second: User
) -> None:
    slip = settled(company)
    make_adjustment(settlement=slip, wish=wish(slip), actor=company.finance)
    run = proposed(company, dearer())
    computed(company.finance)
    found = {
        one.check.code: one for one in assistant(period=period_now(), actor=company.finance).checks
    }
    waiting, unposted = found["adjustments"], found["recomputes"]
    assert waiting.check.examples == (slip.work_order.number,)
    assert waiting.url == f"{url('adjustment-list')}?state=waiting&period={period_now().pk}"
    assert (unposted.check.examples, unposted.url) == ((run.reason,), url("recompute-list"))
    assert not waiting.check.blocks
    assert not unposted.check.blocks
    reject_recompute(run_id=run.pk, reason="不对", actor=second)
    codes = {one.check.code for one in assistant(period=period_now(), actor=second).checks}
    assert "recomputes" not in codes
