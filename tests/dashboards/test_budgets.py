"""Budgets of regions warn whoever answers for them, and only them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, transaction

from accounts.roles import Role
from common import clock
from dashboards.budgets import budget_lines
from dashboards.models import RevenueRollup
from settlement.models import RegionBudget
from settlement.plans.keeping import set_budget
from tests.factories import UserFactory

SET = "/dashboards/budgets/set/"


def _spend(company: Any, fen: int) -> None:
    """The same pay on each of the last 40 days."""
    today = clock.business_day()
    for back in range(1, 41):
        RevenueRollup.objects.create(
            day=today - timedelta(days=back),
            region=company.world.hangzhou,
            item=company.world.item,
            orders=1,
            installer_fen=fen,
        )


def _budget(company: Any, fen: int) -> RegionBudget:
    return set_budget(
        region=company.world.hangzhou,
        month=clock.business_day(),
        amount_fen=fen,
        actor=company.finance,
    )


@pytest.mark.parametrize(
    ("fen", "state"), [(100, "over"), (None, "will"), (400_000, "ok"), (0, None)]
)
def test_the_last_budget_counts_and_0_takes_it_away(
    company: Any, fen: int | None, state: str
) -> None:
    _spend(company, 10_000)
    _budget(company, 7)
    _budget(company, fen if fen is not None else 10_000 * (clock.business_day().day - 1) + 1)
    lines = budget_lines(actor=company.finance, today=clock.business_day())
    assert [line.state for line in lines] == ([state] if state else [])


def test_the_home_of_manager_and_finance_shows_the_warning_and_strangers_see_none(
    company: Any, client: Any
) -> None:
    _spend(company, 10_000)
    _budget(company, 250_000)
    stranger = UserFactory(role=Role.REGION_MANAGER, unit=company.installer.outlet.parent)
    manager = UserFactory(role=Role.REGION_MANAGER, unit=company.world.east)
    for user, sees in ((company.finance, True), (manager, True), (stranger, False)):
        client.force_login(user)
        page = client.get("/dashboards/boss/").content.decode()
        assert ("¥2,500.00" in page) is sees
    assert budget_lines(actor=stranger, today=clock.business_day()) == []


@pytest.mark.parametrize("amount", ["-1", "1e3", "１２.345", "9" * 19, ""])
def test_what_is_no_budget_is_refused_and_kept_in_the_form(
    company: Any, client: Any, amount: str
) -> None:
    client.force_login(company.finance)
    typed = {"region": company.world.hangzhou.pk, "month": "2026-11-01", "amount": amount}
    assert client.post(SET, {**typed, "_idempotency_key": "b" * 20}).status_code == 422
    assert not RegionBudget.objects.exists()


def test_a_budget_is_never_changed(company: Any) -> None:
    kept = _budget(company, 5)
    with pytest.raises(Error), transaction.atomic():
        RegionBudget.objects.filter(pk=kept.pk).update(month=date(2026, 1, 1))
