"""What was paid out is not shown as if it were still there: payouts take the oldest money first."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from settlement.balance_jobs import balance_jobs
from settlement.earnings import earned_by
from settlement.ledger import balances
from settlement.models import LedgerAccount, PayoutBatch
from settlement.payouts.answers import PAID, Answer
from settlement.payouts.batches import (
    approve_payout,
    draft_payout,
    mark_exported,
    settle_items,
)
from settlement.services.parties import installer_party
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import adjust
from tests.settlement.test_payouts import closed, colleague

AVAILABLE = LedgerAccount.Kind.AVAILABLE


def paid(company: Company, answer: Answer | None = PAID) -> PayoutBatch:
    """The closed period's payout to the installer, answered by the bank or on its way."""
    batch = draft_payout(period_id=closed(company).pk, actor=company.finance)
    approve_payout(batch_id=batch.pk, actor=colleague(company))
    mark_exported(batch_id=batch.pk, actor=company.finance)
    if answer is not None:
        results = {item.pk: answer for item in batch.items.all()}
        settle_items(batch_id=batch.pk, results=results, actor=company.finance)
    return batch


def rows(company: Company, kind: str = AVAILABLE) -> list[tuple[str, int]]:
    found = balance_jobs(installer=company.installer, kind=kind)
    whole = balances(installer_party(company.installer))[kind]
    assert sum(one.amount_fen for one in found) == whole
    return [(one.number or one.name, one.amount_fen) for one in found]


def test_after_a_payout_only_what_came_since_is_available(company: Company, client: Any) -> None:
    batch = paid(company)
    assert rows(company) == []
    [item] = batch.items.all()
    assert rows(company, LedgerAccount.Kind.PAID) == [(item.number, item.amount_fen)]
    newer = settled(company, "E2")
    [row] = rows(company)
    assert row[0] == newer.work_order.number
    client.force_login(company.installer.user)
    page = client.get(
        reverse("settlement-phone:balance", args=["available"], urlconf="config.urls")
    )
    assert [one.number for one in page.context["jobs"]] == [newer.work_order.number]
    assert page.context["page"].paginator.count == 1


def test_what_came_back_from_the_bank_is_available_again(company: Company) -> None:
    before = paid(company, Answer("账户销户"))
    [item] = before.items.all()
    assert sum(fen for _name, fen in rows(company)) == item.amount_fen


def test_debts_take_the_oldest_money_that_is_left_and_then_stand_for_themselves(
    company: Company,
) -> None:
    paid(company)
    party = installer_party(company.installer)
    newer = settled(company, "E2")
    available = balances(party)[AVAILABLE]
    adjust(party, -1_000, key="adjust:small")
    assert sorted(fen for _name, fen in rows(company)) == [-1_000, available]
    adjust(party, -available, key="adjust:large")
    [(name, fen)] = rows(company)
    assert (fen, name == newer.work_order.number) == (-1_000, False)
    adjust(party, 40_000, key="adjust:more")
    assert [fen for _name, fen in rows(company)] == [39_000]


def test_a_paid_part_of_a_job_names_its_payout_and_an_unpaid_one_is_available(
    company: Company,
) -> None:
    batch = paid(company, answer=None)
    order = batch.items.get().party.lines.latest("pk").settlement.work_order
    labels = labels_of(order, company)
    assert any(batch.number in one for one in labels)
    results = {item.pk: PAID for item in batch.items.all()}
    settle_items(batch_id=batch.pk, results=results, actor=company.finance)
    [label] = [one for one in labels_of(order, company) if batch.number in one]
    assert label not in labels
    newer = settled(company, "E2").work_order
    assert not any("PO-" in one for one in labels_of(newer, company))


def labels_of(order: Any, company: Company) -> list[str]:
    earned = earned_by(order, company.installer)
    assert earned is not None
    return [part.label for part in earned.parts if part.state == "done"]


def test_a_page_of_a_balance_reads_only_its_own_rows(
    company: Company, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("settlement.views.earnings.PER_PAGE", 2)
    party = installer_party(company.installer)
    for n in range(5):
        adjust(party, 100 + n, key=f"adjust:{n}", day=clock.business_day())
    client.force_login(company.installer.user)
    address = reverse("settlement-phone:balance", args=["available"], urlconf="config.urls")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        page = client.get(address)
    assert len(page.context["jobs"]) == 2
    assert page.context["page"].paginator.num_pages == 3
    assert any("LIMIT 2" in one["sql"] for one in seen.captured_queries)
