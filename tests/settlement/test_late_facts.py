"""What becomes known after an order was settled moves money where the rules ask for it, else none."""

from __future__ import annotations

from typing import Any

import pytest

from settlement.adjustments.making import decide_adjustment, make_adjustment
from settlement.invariants import company_balances, entries_balance, ledger_equals_lines
from settlement.models import Dispute, JournalEntry, Settlement, StatementPeriod
from settlement.services.publishing import publish_rules
from settlement.services.settling import resettle_work_order
from tests.factories import UserFactory
from tests.settlement.company import INDUSTRY, Company, approve, hear, preset, settled
from tests.settlement.disputes.test_disputes import filed
from tests.settlement.test_adjustments import wish
from tests.workorders import walking
from workorders.services.editing import mark_order
from workorders.services.opening import Marks
from workorders.services.site_facts import record_fact

REVIEW = {
    "code": "REVIEW", "label": "评价系数", "kind": "brackets", "party": "installer", "base": "BASE",
    "measure": "review_x10", "scheme": "volume", "gives": "rate_bp", "unknown": "skip",
    "brackets": [{"from": 0, "rate_bp": -1_500}, {"from": 45, "rate_bp": 500},
                 {"from": 50, "rate_bp": 1_000}],
}  # fmt: skip
ACCEPTED = {
    "code": "DONE", "label": "回访奖", "kind": "flat", "party": "installer", "amount_fen": 2_000,
    "when": {"stages": "followed_up"},
}  # fmt: skip


def with_component(component: dict[str, Any]) -> None:
    """Publish the contract with one component more, part of what the installer gets."""
    body = preset(version="9")
    at = next(i for i, each in enumerate(body["components"]) if each["code"] == "RATING")
    body["components"].insert(at, component)
    body["sums"]["gross"]["of"].append(component["code"])
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)


def active(first: Settlement) -> Settlement:
    return Settlement.objects.get(work_order=first.work_order_id, status="active")


def rate(first: Settlement, company: Company, stars_x10: int) -> None:
    walking.record_follow_up(
        order_id=first.work_order_id, passed=True, rating_x10=stars_x10, remark="",
        actor=company.world.dispatcher,
    )  # fmt: skip


def note(first: Settlement, company: Company, kind: str, value: str) -> None:
    record_fact(
        order_id=first.work_order_id, kind=kind, value=value, source="调度",
        observed_at=first.settled_at, actor=company.world.dispatcher,
    )  # fmt: skip
    hear()


def sound() -> bool:
    return not [*entries_balance(), *company_balances(), *ledger_equals_lines()]


def test_the_customers_rating_reaches_the_pay_that_was_settled_without_it(company: Company) -> None:
    with_component(REVIEW)
    first = settled(company)
    assert not first.lines.filter(code="REVIEW").exists()
    rate(first, company, 50)
    hear()
    now = active(first)
    assert now.lines.get(code="REVIEW").amount_fen == 900
    assert now.facts["review_x10"] == 50
    rate(first, company, 46)
    hear()
    assert active(first).lines.get(code="REVIEW").amount_fen == 450
    assert sound()


def test_a_rating_no_rule_asks_for_is_kept_and_moves_nothing(company: Company) -> None:
    first = settled(company)
    rate(first, company, 50)
    hear()
    now = active(first)
    assert (now.pk, now.facts["review_x10"]) == (first.pk, 50)
    assert resettle_work_order(order_id=first.work_order_id) == first
    assert JournalEntry.objects.count() == 1


def test_what_rules_give_for_a_stage_is_paid_when_it_is_reached(company: Company) -> None:
    with_component(ACCEPTED)
    first = settled(company)
    approve(first.work_order, company)
    hear()
    now = active(first)
    assert now.lines.get(code="DONE").amount_fen == 2_000
    assert now.gross_fen > first.gross_fen
    assert not now.releases.filter(milestone="followed_up", released_at=None).exists()
    assert sound()


def test_a_stage_no_amount_asks_for_releases_and_settles_nothing_again(company: Company) -> None:
    first = settled(company)
    approve(first.work_order, company)
    hear()
    now = active(first)
    assert now.pk == first.pk
    assert now.facts["stages"] == ["completed", "followed_up"]
    kinds = JournalEntry.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["settlement", "release"]
    assert resettle_work_order(order_id=first.work_order_id) == first
    assert JournalEntry.objects.count() == 2


@pytest.mark.parametrize("state", ["open", "locked"])
def test_a_late_fact_of_equal_money_posts_nothing_and_leaves_disputes_open(
    company: Company, state: str
) -> None:
    first = settled(company)
    dispute = filed(company, first)
    entries = JournalEntry.objects.count()
    StatementPeriod.objects.filter(pk=first.period_id).update(state=state)
    note(first, company, "floor", "3")
    now = active(first)
    assert (now.pk, now.facts["floor"]) == (first.pk, 3)
    assert JournalEntry.objects.count() == entries
    assert Dispute.objects.get(pk=dispute.pk).state == dispute.state
    note(first, company, "rain", "yes")
    assert active(first).gross_fen == first.gross_fen + 135
    assert sound()


def test_a_waiting_adjustment_follows_its_order_to_the_settlement_that_counts(
    company: Company,
) -> None:
    first = settled(company)
    other = UserFactory(role=company.finance.role, unit=company.world.hq)
    line = first.lines.get(code="BASE")
    made = make_adjustment(settlement=first, wish=wish(first, line=line), actor=company.finance)
    mark_order(
        order_id=first.work_order_id, marks=Marks(urgent=True), actor=company.world.dispatcher
    )
    hear()
    kept = decide_adjustment(adjustment_id=made.pk, approve=True, reason="", actor=other)
    assert kept.settlement == active(first) != first
    assert kept.line is not None
    assert (kept.line.settlement, kept.line.code) == (kept.settlement, "BASE")
    assert kept.entry is not None
    assert sound()
