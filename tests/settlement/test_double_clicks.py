"""Posts that move money ask for a key, and a click that is sent twice has one effect."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from common.journal.models import AuditRecord
from common.outbox.models import OutboxRow
from settlement.models import JournalEntry, PayoutBatch, RecomputeRun, Replay, RuleSetVersion
from settlement.proposals.merging import merge_of
from settlement.proposals.proofs import prove
from settlement.proposals.replay_report import rules_sha
from tests.factories import UserFactory
from tests.settlement.company import Company, settled
from tests.settlement.proposals.conftest import NIGHT, hq_draft, submitted
from tests.settlement.recompute.cast import dearer, work_off
from tests.settlement.test_payouts import closed


@pytest.fixture
def second(company: Company) -> User:
    made: User = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    return made


def effects() -> list[int]:
    """What grows with everything that happens."""
    return [model.objects.count() for model in (AuditRecord, OutboxRow, JournalEntry)]


class Clicks:
    """A person whose every click arrives twice."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def __call__(self, user: User, url: str, **fields: Any) -> None:
        self.client.force_login(user)
        url, before = f"/settlement/{url}/", effects()
        assert self.client.post(url, fields, headers={"Idempotency-Key": ""}).status_code == 400
        assert effects() == before, url
        first = self.client.post(url, fields, headers={"Idempotency-Key": f"click {url}"})
        assert first.status_code < 400, (url, first.content)
        once = effects()
        assert once != before, url
        again = self.client.post(url, fields, headers={"Idempotency-Key": f"click {url}"})
        assert (again.status_code, effects()) == (first.status_code, once), url
        assert again.headers.get("Location") == first.headers.get("Location"), url


@pytest.fixture
def click(client: Any) -> Clicks:
    return Clicks(client)


def test_a_payout_is_drafted_approved_and_answered_once(
    click: Clicks, company: Company, second: User
) -> None:
    closed(company)
    click(company.finance, "payouts/draft")
    batch = PayoutBatch.objects.get()
    click(second, f"payouts/{batch.pk}/approve")
    click.client.post(f"/settlement/payouts/{batch.pk}/export/")
    click(company.finance, f"payouts/{batch.pk}/answer", all="paid")
    batch.refresh_from_db()
    assert batch.state == PayoutBatch.State.DONE


def test_rules_are_replayed_submitted_and_published_once(
    click: Clicks, company: Company, second: User
) -> None:
    settled(company)
    draft = hq_draft(company, {NIGHT: 2_100})
    click(company.finance, f"rules/proposals/{draft.pk}/replay", orders="10")
    assert Replay.objects.count() == 1
    work_off()
    click(
        company.finance, f"rules/proposals/{draft.pk}/submit",
        revision=draft.revision, note="夜间",
    )  # fmt: skip
    draft.refresh_from_db()
    terms = {"number": "9", "effective_from": "2026-12-01", "reason": "夜间加价", "confirmed": "1"}
    body = merge_of(draft).body
    ticks = [gap.fingerprint for gap in prove(body, draft.rule_set).uncovered]
    click(
        second, f"rules/proposals/{draft.pk}/publish",
        revision=draft.revision, seen=rules_sha(body), gap_reason="沿海", uncovered=ticks, **terms,
    )  # fmt: skip
    assert RuleSetVersion.objects.filter(number="9").count() == 1


def test_a_draft_is_sent_back_once(click: Clicks, company: Company, second: User) -> None:
    draft = submitted(hq_draft(company, {NIGHT: 2_100}), company.finance)
    click(second, f"rules/proposals/{draft.pk}/reject", reason="再算一遍")


def test_orders_are_computed_again_and_posted_once(click: Clicks, company: Company) -> None:
    settled(company)
    version = dearer()
    click(company.finance, f"rules/{version.pk}/recompute")
    run = RecomputeRun.objects.get()
    work_off()
    click(company.world.admin, f"recompute/{run.pk}/approve")
    work_off()
    run.refresh_from_db()
    assert run.state == RecomputeRun.State.APPLIED
    assert JournalEntry.objects.filter(kind="difference").count() == 1
