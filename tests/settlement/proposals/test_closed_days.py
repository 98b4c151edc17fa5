"""A price found wrong after the lock is corrected from the pages: ticked, explained, recomputed."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from settlement.models import JournalEntry, RecomputeRun, RuleDraft, RuleSetVersion, Settlement
from settlement.models import StatementPeriod as Period
from settlement.proposals.merging import merge_of
from settlement.proposals.replay_report import rules_sha
from tests.browsing import TenantClient
from tests.settlement.company import Company, settled
from tests.settlement.proposals.conftest import AC, hq_draft, submitted
from tests.settlement.proposals.test_proposals import ticks
from tests.settlement.recompute.cast import broken, work_off
from tests.settlement.statement_cast import locked

HTMX = {"HX-Request": "true"}


@pytest.fixture
def order(company: Company) -> Settlement:
    """An order settled in a period that is locked by now."""
    settlement = settled(company)
    locked(company.finance)
    return settlement


@pytest.fixture
def draft(company: Company, order: Settlement) -> RuleDraft:
    """Another price for every item, waiting for its second person."""
    prices = company.version.body["grids"]["price"]["fen"]
    dearer = {f"/grids/price/fen/{item}": raised(value) for item, value in prices.items()}
    assert AC in dearer
    return submitted(hq_draft(company, dearer), company.finance)


def raised(value: Any) -> Any:
    return (
        {key: raised(each) for key, each in value.items()}
        if isinstance(value, dict)
        else value + 1000
    )


def publish(client: TenantClient, draft: RuleDraft, **more: Any) -> Any:
    fields = {
        "number": "9", "reason": "价格录错", "effective_from": "2026-11-01",
        "revision": draft.revision, "seen": rules_sha(merge_of(draft).body),
        "uncovered": list(ticks(draft)), "unreplayed": "on",
    }  # fmt: skip
    path = f"/settlement/rules/proposals/{draft.pk}/publish/"
    return client.post(path, fields | more, headers=HTMX)


def test_without_the_tick_a_locked_day_is_refused_as_before(
    draft: RuleDraft, second: User, client: TenantClient
) -> None:
    client.force_login(second)
    for more in ({}, {"closed_reason": "价格录错"}):
        assert publish(client, draft, **more).status_code == 422
    assert RuleSetVersion.objects.count() == 1


def test_the_tick_needs_its_own_reason(
    draft: RuleDraft, second: User, client: TenantClient
) -> None:
    client.force_login(second)
    answer = publish(client, draft, closed="on", closed_reason="  ")
    assert answer.status_code == 422
    assert 'id="id_closed_reason-error"' in answer.content.decode()
    assert RuleSetVersion.objects.count() == 1


def test_nothing_is_offered_before_a_period_is_locked(
    company: Company, second: User, client: TenantClient
) -> None:
    draft = submitted(hq_draft(company, {AC: 9_100}), company.finance)
    client.force_login(second)
    page = f"/settlement/rules/proposals/{draft.pk}/"
    assert 'name="closed"' not in client.get(page).content.decode()


def test_who_drafted_does_not_publish_a_correction_either(
    company: Company, draft: RuleDraft, client: TenantClient
) -> None:
    client.force_login(company.finance)
    assert publish(client, draft, closed="on", closed_reason="录错").status_code == 422
    assert RuleSetVersion.objects.count() == 1


def test_a_ticked_correction_leads_to_a_recompute_whose_differences_land_in_the_open_period(
    company: Company, order: Settlement, draft: RuleDraft, second: User, client: TenantClient
) -> None:
    closed = Period.objects.get(state="locked")
    posted = JournalEntry.objects.filter(period=closed).count()
    client.force_login(second)
    page = client.get(f"/settlement/rules/proposals/{draft.pk}/").content.decode()
    assert 'name="closed"' in page
    answer = publish(client, draft, closed="on", closed_reason="十一月价格录错一位")
    run = RecomputeRun.objects.get()
    assert answer["HX-Redirect"] == f"/settlement/recompute/{run.pk}/"
    assert (run.version.number, run.reason) == ("9", "十一月价格录错一位")
    work_off()
    assert JournalEntry.objects.filter(kind="difference").count() == 0
    refused = client.post(f"/settlement/recompute/{run.pk}/approve/", headers=HTMX)
    assert refused.status_code == 422  # a second person approves the differences
    client.force_login(company.finance)
    client.post(f"/settlement/recompute/{run.pk}/approve/", headers=HTMX)
    work_off()
    entry = JournalEntry.objects.get(kind="difference")
    assert (entry.period.state, entry.corrects.period) == ("open", closed)
    assert JournalEntry.objects.filter(period=closed).count() == posted
    now = Settlement.objects.get(work_order=order.work_order, status="active")
    assert now.gross_fen > order.gross_fen
    assert broken() == []
    for shown in (
        f"/settlement/rules/proposals/{draft.pk}/",
        f"/settlement/rules/{run.version_id}/",
    ):
        words = client.get(shown).content.decode()
        assert "更正已关账的日期" in words
        assert "十一月价格录错一位" in words
        assert str(closed) in words


def test_a_tick_over_open_days_alone_is_no_correction(
    draft: RuleDraft, second: User, client: TenantClient
) -> None:
    client.force_login(second)
    answer = publish(
        client, draft, closed="on", closed_reason="多此一举", effective_from="2026-12-01"
    )
    version = RuleSetVersion.objects.latest("pk")
    assert answer["HX-Redirect"] == f"/settlement/rules/{version.pk}/"
    assert "closed" not in version.checks
    assert not RecomputeRun.objects.exists()
