"""Of two people who approve the same thing at the same moment, one does and the other is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from common.errors import Conflict
from settlement.adjustments.making import decide_adjustment, make_adjustment
from settlement.invariants import company_balances, ledger_equals_lines
from settlement.models import JournalEntry, RuleSetVersion, SettlementAdjustment
from settlement.proposals.approval import publish_draft
from settlement.proposals.merging import merge_of
from settlement.proposals.replay_report import rules_sha
from settlement.services.settling import resettle_work_order
from tests.factories import UserFactory
from tests.settlement.company import Company, settled
from tests.settlement.proposals.conftest import TV, hq_draft, submitted
from tests.settlement.proposals.test_proposals import TERMS, ticks
from tests.settlement.test_adjustments import wish
from tests.settlement.threads import in_threads

pytestmark = pytest.mark.commits


def approvers(company: Company) -> list[User]:
    return [UserFactory(role=Role.FINANCE, unit=company.world.hq) for _n in range(2)]


def one_conflict(found: list[Any]) -> list[Any]:
    """What the others gave, when exactly one lost."""
    assert [type(each) for each in found if isinstance(each, Exception)] == [Conflict], found
    return [each for each in found if not isinstance(each, Exception)]


def test_rules_approved_by_two_people_become_one_version(company: Company) -> None:
    draft = submitted(hq_draft(company, {TV: 9_900}), company.finance)
    seen, terms = rules_sha(merge_of(draft).body), replace(TERMS, uncovered=ticks(draft))
    before = RuleSetVersion.objects.count()
    found = in_threads(
        *(
            lambda who=who: publish_draft(
                draft_id=draft.pk, revision=draft.revision, seen=seen, terms=terms, actor=who
            )
            for who in approvers(company)
        )
    )
    [version] = one_conflict(found)
    draft.refresh_from_db()
    assert RuleSetVersion.objects.count() == before + 1
    assert (draft.state, draft.published) == ("published", version)
    assert version.approved_by == draft.decided_by


def test_an_adjustment_approved_by_two_people_moves_money_once(company: Company) -> None:
    slip = settled(company)
    made = make_adjustment(settlement=slip, wish=wish(slip), actor=company.finance)
    found = in_threads(
        *(
            lambda who=who: decide_adjustment(
                adjustment_id=made.pk, approve=True, reason="", actor=who
            )
            for who in approvers(company)
        )
    )
    [posted] = one_conflict(found)
    assert isinstance(posted, SettlementAdjustment)
    assert JournalEntry.objects.filter(kind="adjustment").count() == 1
    assert [*company_balances(), *ledger_equals_lines()] == []


def test_an_adjustment_approved_while_its_order_is_settled_anew_is_posted_whole_or_not_at_all(
    company: Company,
) -> None:
    slip = settled(company)
    made = make_adjustment(settlement=slip, wish=wish(slip), actor=company.finance)
    [approver, _other] = approvers(company)
    found = in_threads(
        lambda: decide_adjustment(adjustment_id=made.pk, approve=True, reason="", actor=approver),
        lambda: resettle_work_order(order_id=slip.work_order_id),
    )
    assert not isinstance(found[1], Exception), found
    made.refresh_from_db()
    # Whoever was first: approved and posted, or told that the settlement was replaced meanwhile.
    was_posted = JournalEntry.objects.filter(kind="adjustment").exists()
    assert was_posted == (made.state == "approved") == (not isinstance(found[0], Exception)), found
    assert [*company_balances(), *ledger_equals_lines()] == []
