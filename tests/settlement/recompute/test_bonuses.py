"""A recompute shows what it changes of locked periods' bonuses, and posts the difference once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from settlement.bonuses.selectors import bonus_outlook
from settlement.closing.steps import reopen_period
from settlement.ledger import balances
from settlement.models import (
    JournalEntry,
    Party,
    PeriodLine,
    RecomputeRun,
    Settlement,
    StatementPeriod,
)
from settlement.recompute.bonus_rows import bonus_rows
from settlement.recompute.bonuses import rows_of
from settlement.recompute.facts import corrected_facts
from settlement.recompute.running import start_recompute
from settlement.services.parties import installer_party
from settlement.services.periods import period_of
from settlement.services.publishing import publish_rules
from settlement.statements.reading import read_sheet
from tests.settlement.company import INDUSTRY, Company, preset, settled
from tests.settlement.recompute.cast import approved, broken, dearer, proposed, work_off
from tests.settlement.statement_cast import locked, period_now
from tests.settlement.test_bonuses import BONUS
from tests.settlement.test_closing import colleague

SHARE = {**BONUS, "measure": "amount", "brackets": [{"from": 1, "rate_bp": 1_000}]}


def bonus(*brackets: tuple[int, int]) -> dict[str, Any]:
    return {**BONUS, "brackets": [{"from": start, "each_fen": fen} for start, fen in brackets]}


def rules(number: str, period: dict[str, Any]) -> Any:
    body = preset(period=[period], version=number)
    return publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None).version


def closed(company: Company, period: dict[str, Any]) -> StatementPeriod:
    """A locked period with three orders under rules with a bonus."""
    rules("2026.2", period)
    for n in range(3):
        settled(company, f"E{n}")
    return locked(company.finance)


def found(run: RecomputeRun) -> list[tuple[int, int, str]]:
    return [(row.old_fen, row.new_fen, row.state) for row in rows_of(run)]


def posted_fen(party: Party) -> int:
    """What the books gave a payee as bonuses, all periods together."""
    lines = PeriodLine.objects.filter(payee=party, entry__kind="volume")
    return sum(lines.values_list("amount_fen", flat=True))


def again(company: Company, **asked: int) -> RecomputeRun:
    """A run over orders by a filter, computed."""
    run = start_recompute(asked=asked, reason="复核", actor=company.finance)
    work_off()
    run.refresh_from_db()
    return run


def test_other_bonus_rules_for_a_locked_period_are_a_row_and_an_entry_in_the_next_one(
    company: Company, client: Any
) -> None:
    period = closed(company, BONUS)
    me = installer_party(company.installer)
    before = sum(balances(me).values())
    version = rules("2026.3", bonus((2, 1_000), (3, 2_000)))
    run = proposed(company, version)
    assert (run.totals["orders"], found(run)) == (0, [(4_500, 6_000, "")])
    assert posted_fen(me) == 4_500
    client.force_login(company.finance)
    page = client.get(f"/settlement/recompute/{run.pk}/").content.decode()
    assert "15.00" in page
    run = approved(company, run)
    assert (run.state, found(run)) == ("applied", [(4_500, 6_000, "posted")])
    first, entry = JournalEntry.objects.filter(kind="volume").order_by("pk")
    following = period_of(period.ends_on + timedelta(days=1))
    assert (entry.period, entry.corrects) == (following, first)
    assert sum(balances(me).values()) == before + 1_500
    lines = [line for line in read_sheet(party=me, period=following).lines if line.code == "PVOL"]
    assert [line.amount_fen for line in lines] == [6_000, -4_500]
    assert all(line.why for line in lines)
    assert found(again(company, rule_set=version.rule_set_id)) == []
    assert broken() == []


def test_a_bonus_on_amounts_follows_dearer_orders_of_a_locked_period(company: Company) -> None:
    closed(company, SHARE)
    me = installer_party(company.installer)
    old = posted_fen(me)
    run = approved(company, proposed(company, dearer("2026.3", period=[SHARE])))
    assert run.totals["orders"] == 3
    [(was, now, state)] = found(run)
    gross = sum(row.new_fen for row in run.differences.filter(party=me))
    assert (was, now, state) == (old, (gross + 5) // 10, "posted")
    assert posted_fen(me) == now
    assert found(again(company, period=period_now().pk)) == []


def test_an_open_period_has_no_row_and_its_lock_pays_the_new_bonus(company: Company) -> None:
    rules("2026.2", BONUS)
    for n in range(3):
        settled(company, f"E{n}")
    run = proposed(company, rules("2026.3", bonus((3, 2_000))))
    assert found(run) == []
    assert bonus_outlook(period_now()).total_fen == 6_000


def test_a_corrected_fact_counts_by_the_rules_the_bonus_was_posted_with(company: Company) -> None:
    closed(company, SHARE)
    rules("2026.3", {**SHARE, "brackets": [{"from": 1, "rate_bp": 5_000}]})
    me = installer_party(company.installer)
    first = Settlement.objects.earliest("pk")
    asked = corrected_facts(kind="distance_m", value="40000", source="地图")
    run = start_recompute(corrects=first, asked=asked, reason="里程", actor=company.finance)
    work_off()
    run.refresh_from_db()
    change = run.differences.get(party=me)
    [(was, now, _state)] = found(run)
    gross = was * 10 + change.new_fen - change.old_fen
    assert abs(now * 10 - gross) <= 10
    assert now > was


def test_opening_the_period_again_takes_all_of_it_back_and_pays_it_once(company: Company) -> None:
    period = closed(company, BONUS)
    me = installer_party(company.installer)
    approved(company, proposed(company, rules("2026.3", bonus((3, 2_000)))))
    assert bonus_balance(me) == 6_000
    reopen_period(period_id=period.pk, reason="漏单", actor=colleague(company))
    assert bonus_balance(me) == 0
    locked(company.finance, StatementPeriod.objects.get(pk=period.pk))
    assert bonus_balance(me) == 6_000
    assert broken() == []


def bonus_balance(party: Party) -> int:
    """What stands of a payee's bonuses after what was taken back."""
    standing = JournalEntry.objects.filter(kind="volume").exclude(corrections__kind="reversal")
    lines = PeriodLine.objects.filter(payee=party, entry__in=standing)
    return sum(lines.values_list("amount_fen", flat=True))


def test_a_row_that_is_worth_another_sum_at_its_approval_is_left(company: Company) -> None:
    period = closed(company, BONUS)
    run = proposed(company, rules("2026.3", bonus((3, 2_000))))
    reopen_period(period_id=period.pk, reason="漏单", actor=colleague(company))
    run = approved(company, run)
    assert found(run) == [(4_500, 6_000, "moved")]
    assert bonus_rows(run)[0].state
    assert bonus_balance(installer_party(company.installer)) == 0


def test_without_bonuses_a_run_has_no_rows(company: Company) -> None:
    settled(company)
    assert rows_of(proposed(company, dearer())) == []
