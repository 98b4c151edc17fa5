"""A recompute is one card for each installer whose money it changed, never that of a finished job."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from integrations.models import SentCard
from settlement.models import JournalEntry, RecomputeRun, Settlement
from settlement.recompute.running import approve_recompute, start_recompute
from settlement.services.publishing import publish_rules
from tests.factories import UserFactory
from tests.integrations.connected import CORP, work
from tests.integrations.test_dispatch_and_cards import company_of, received
from tests.settlement.company import INDUSTRY, Company, preset, settled
from tests.settlement.recompute.cast import dearer
from tests.workorders.conftest import own_media

__all__ = ["own_media"]


@pytest.fixture
def company(connected: Any) -> Company:
    connected.connect(CORP)
    return company_of(connected)


def posted(company: Company, version: Any, approver: User) -> RecomputeRun:
    """A run over the orders of a version, approved by somebody else, with all that follows."""
    run = start_recompute(version=version, reason="补价", actor=company.finance)
    work()
    approve_recompute(run_id=run.pk, actor=approver)
    work()
    run.refresh_from_db()
    assert run.state == RecomputeRun.State.APPLIED
    return run


@pytest.fixture
def approver(company: Company) -> User:
    who: User = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    return who


def other_shares(number: str) -> Any:
    """Rules by which the installer gets the same, and the others share the rest differently."""
    body = preset(version=number)
    split = next(part for part in body["components"] if part["kind"] == "split")
    for share, bp in zip(split["shares"], (3900, 4600, 1500), strict=True):
        share["bp"] = bp
    return publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None).version


def test_many_orders_are_one_card_with_their_number_sum_and_reason(
    connected: Any, company: Company, approver: User
) -> None:
    first, second = settled(company), settled(company, "E20261102002")
    work()
    before = len(received(connected))
    run = posted(company, dearer(), approver)
    (card,) = received(connected)[before:]
    gained = sum(
        Settlement.objects.get(work_order=each.work_order_id, status="active").gross_fen
        - each.gross_fen
        for each in (first, second)
    )
    assert f"+¥{gained // 100}.{gained % 100:02d}" in card["title"]
    assert "2 张工单" in card["description"]
    assert "补价" in card["description"]
    assert card["url"].endswith(f"/m/earnings/recomputed/{run.pk}/")
    assert SentCard.objects.filter(source_key__startswith="settled:").count() == 2
    work()
    assert len(received(connected)) == before + 1


def test_one_order_is_named_and_opened_by_its_card(
    connected: Any, company: Company, approver: User
) -> None:
    settlement = settled(company)
    work()
    posted(company, dearer(), approver)
    card = received(connected)[-1]
    assert settlement.work_order.number in card["description"]
    assert card["url"].endswith(f"/m/earnings/{settlement.work_order.number}/")


def test_who_gets_the_same_as_before_is_not_told(
    connected: Any, company: Company, approver: User
) -> None:
    settled(company)
    work()
    before = len(received(connected))
    posted(company, other_shares("2"), approver)
    assert JournalEntry.objects.filter(kind="difference").count() == 1
    assert len(received(connected)) == before
