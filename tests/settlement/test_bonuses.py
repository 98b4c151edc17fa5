"""A bonus on a period is estimated while it is open, posted at its lock, and reckoned anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from common import clock
from settlement.bonuses.reckoning import bonuses_of
from settlement.bonuses.selectors import bonus_estimates, bonus_outlook
from settlement.closing.steps import reopen_period
from settlement.models import JournalEntry, PeriodLine, Settlement, StatementPeriod
from settlement.months import month_of
from settlement.services.parties import installer_party, unit_party
from settlement.services.periods import period_of
from settlement.services.publishing import publish_rules
from settlement.services.settling import reverse_settlement, settle_work_order
from settlement.statements.reading import read_sheet
from tests.settlement.company import INDUSTRY, Company, preset, settled
from tests.settlement.recompute.cast import approved, dearer, proposed
from tests.settlement.statement_cast import locked, period_now, statement_of
from tests.settlement.test_closing import colleague

BONUS = {
    "code": "PVOL", "label": "月度阶梯奖", "party": "installer", "measure": "orders",
    "mode": "volume", "brackets": [{"from": 2, "each_fen": 1_000}, {"from": 3, "each_fen": 1_500}],
}  # fmt: skip


@pytest.fixture
def rewarding(company: Company) -> Company:
    """The company's contract with a bonus from two orders a period on."""
    body = preset(period=[BONUS], version="2026.2")
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    return company


def test_an_estimate_becomes_one_explained_line_that_equals_the_ledger(
    rewarding: Company, client: Any
) -> None:
    settled(rewarding)
    party = installer_party(rewarding.installer)
    [estimate] = bonus_estimates(installer=rewarding.installer)
    assert (estimate.amount_fen, estimate.missing) == (0, 1)
    settled(rewarding, "E2")
    [estimate] = bonus_estimates(installer=rewarding.installer)
    assert (estimate.amount_fen, estimate.next_at, estimate.share) == (2_000, 3, 66)
    client.force_login(rewarding.installer.user)
    assert "月度阶梯奖" in client.get("/m/earnings/").content.decode()
    assert bonus_outlook(period_now()).total_fen == 2_000
    period = locked(rewarding.finance)
    sheet = read_sheet(party=party, period=period)
    [line] = [one for one in sheet.lines if one.code == "PVOL"]
    assert (line.amount_fen, line.base_fen, line.rate_num) == (2_000, 1_000, 2)
    assert any("2" in sentence for sentence in line.why)
    assert statement_of(party).total_fen == sheet.total_fen
    month = month_of(installer=rewarding.installer, first=period.starts_on, week=None)
    assert month.total_fen == sum(bar.amount for bar in month.bars) == sheet.total_fen
    assert [(one.label, one.fen) for one in month.bonuses] == [("月度阶梯奖", 2_000)]
    assert "+¥20.00" in client.get("/m/earnings/").content.decode()
    paid = read_sheet(party=unit_party(rewarding.world.hq), period=period)
    assert [one.amount_fen for one in paid.lines if one.label == paid.lines[-1].label][-1] == -2_000


def test_a_period_opened_again_takes_the_bonus_back_and_reckons_it_anew(
    rewarding: Company,
) -> None:
    settled(rewarding)
    settled(rewarding, "E2")
    period = locked(rewarding.finance)
    before = [bonus.lines for bonus in bonuses_of(period)]
    assert before == [bonus.lines for bonus in bonuses_of(period)]
    reopen_period(period_id=period.pk, reason="漏单", actor=colleague(rewarding))
    settled(rewarding, "E3")
    period = locked(rewarding.finance, StatementPeriod.objects.get(pk=period.pk))
    party = installer_party(rewarding.installer)
    amounts = [
        line.amount_fen
        for line in read_sheet(party=party, period=period).lines
        if line.code == "PVOL"
    ]
    assert sorted(amounts) == [-2_000, 2_000, 4_500]
    assert JournalEntry.objects.filter(kind="volume").count() == 2
    assert PeriodLine.objects.filter(payee=party).count() == 2
    assert clock.now() >= JournalEntry.objects.filter(kind="volume").latest("pk").posted_at


def test_a_unit_in_two_roles_gets_the_bonus_of_each(company: Company) -> None:
    both = [{**BONUS, "code": f"P{role}", "party": role} for role in ("branch", "agent")]
    body = preset(period=both, version="2026.2")
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    east = company.world.east
    east.agent = None
    east.save()
    settled(company)
    settled(company, "E2")
    assert bonus_outlook(period_now()) == (1, 4_000)
    locked(company.finance)
    lines = PeriodLine.objects.filter(payee=unit_party(east)).order_by("code")
    assert [(line.code, line.amount_fen) for line in lines] == [
        ("Pagent", 2_000), ("Pbranch", 2_000),
    ]  # fmt: skip


def test_an_order_counts_in_one_period_also_when_it_is_computed_again_in_the_next(
    rewarding: Company,
) -> None:
    first, other, _third = [settled(rewarding, f"E{n}") for n in (1, 2, 3)]
    period = locked(rewarding.finance)
    following = period_of(period.ends_on + timedelta(days=1))
    approved(rewarding, proposed(rewarding, dearer("2026.3", period=[BONUS])))
    reverse_settlement(order_id=other.work_order_id, reason="test")
    settle_work_order(order_id=other.work_order_id)
    for order in (first, other):
        active = Settlement.objects.get(work_order=order.work_order_id, status="active")
        assert active.period == following
    assert [bonus.facts.orders for bonus in bonuses_of(period)] == [3]
    assert bonuses_of(following) == []
    settled(rewarding, "E4")
    assert [bonus.facts.orders for bonus in bonuses_of(following)] == [1]


def test_an_order_taken_back_before_the_lock_counts_where_it_is_settled_at_last(
    rewarding: Company,
) -> None:
    late = settled(rewarding)
    settled(rewarding, "E2")
    reverse_settlement(order_id=late.work_order_id, reason="test")
    period = locked(rewarding.finance)
    settle_work_order(order_id=late.work_order_id)
    following = period_of(period.ends_on + timedelta(days=1))
    counts = [[bonus.facts.orders for bonus in bonuses_of(one)] for one in (period, following)]
    assert counts == [[1], [1]]
