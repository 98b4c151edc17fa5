"""Rules are published after somebody saw what they do to real orders, or said that nobody did."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from common.errors import Refused
from settlement.models import RuleDraft
from settlement.proposals.merging import merge_of
from settlement.proposals.replay_report import lacks_replay, rules_sha
from settlement.replays.run import start_replay
from settlement.rulebook.drafts import save_draft
from tests.settlement.company import Company, hear, settled
from tests.settlement.conftest import company
from tests.settlement.proposals.conftest import TV, hq_draft, second, submitted
from tests.settlement.proposals.test_proposals import published, ticks

__all__ = ["company", "second"]
HTMX = {"HX-Request": "true"}


def replayed(company: Company, draft: RuleDraft) -> None:
    start_replay(draft_id=draft.pk, orders=50, actor=company.finance)
    for _chunk in range(2):
        hear()


def test_rules_of_settled_orders_are_refused_without_a_replay_and_published_after_one(
    company: Company, second: User
) -> None:
    settled(company)
    draft = hq_draft(company, {TV: 5_100})
    submitted(draft, company.finance)
    draft.refresh_from_db()
    with pytest.raises(Refused) as refused:
        published(draft, second)
    assert refused.value.code == "rules.unreplayed"
    replayed(company, draft)
    version = published(draft, second)
    assert not version.checks["unreplayed"]
    assert not version.checks["replay"]["outdated"]


def test_a_replay_of_other_rules_does_not_count_and_a_running_one_neither(
    company: Company, second: User
) -> None:
    settled(company)
    draft = hq_draft(company, {TV: 5_100})
    start_replay(draft_id=draft.pk, orders=50, actor=company.finance)
    assert lacks_replay(draft, merge_of(draft).body)
    hear()
    hear()
    assert not lacks_replay(draft, merge_of(draft).body)
    save_draft(draft_id=draft.pk, revision=1, change={TV: 5_200}, actor=company.finance)
    draft.refresh_from_db()
    assert lacks_replay(draft, merge_of(draft).body)
    with pytest.raises(Refused):
        published(submitted(draft, company.finance), second)


def test_rules_nobody_was_settled_by_need_no_replay(company: Company, second: User) -> None:
    draft = submitted(hq_draft(company, {TV: 5_100}), company.finance)
    assert not published(draft, second).checks["unreplayed"]


def test_the_form_asks_for_the_tick_and_the_version_says_that_nobody_replayed_it(
    company: Company, second: User, client: Any
) -> None:
    settled(company)
    draft = submitted(hq_draft(company, {TV: 5_100}), company.finance)
    client.force_login(second)
    path = f"/settlement/rules/proposals/{draft.pk}/"
    assert 'name="unreplayed"' in client.get(path).content.decode()
    fields = {
        "number": "9", "reason": "年度调价", "effective_from": "2026-12-01",
        "revision": draft.revision, "seen": rules_sha(merge_of(draft).body),
        "uncovered": list(ticks(draft)), "confirmed": "1",
    }  # fmt: skip
    answer = client.post(f"{path}publish/", fields, headers=HTMX)
    assert answer.status_code == 422
    assert 'id="id_unreplayed-error"' in answer.content.decode()
    answer = client.post(f"{path}publish/", fields | {"unreplayed": "1"}, headers=HTMX)
    assert answer.status_code == 204
    draft.refresh_from_db()
    assert draft.published is not None
    assert draft.published.checks["unreplayed"]
    said = client.get(f"/settlement/rules/{draft.published_id}/").content.decode()
    assert "回放" in said
    assert "未回放" in said
