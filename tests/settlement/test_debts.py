"""What was paid and then taken back is carried as a debt, with its cause, until it is earned again."""

from __future__ import annotations

from datetime import date, timedelta

from common import clock
from common.formatting import money
from settlement.adjustments.making import Wish, decide_adjustment, make_adjustment
from settlement.ledger import Leg, post
from settlement.models import LedgerAccount, Statement, StatementPeriod, StatementRun
from settlement.pdf.document import part_html, parts
from settlement.services.parties import (
    account,
    clearing_party,
    installer_party,
    unit_party,
)
from settlement.services.periods import period_of
from settlement.statements.debts import carried_debts
from settlement.statements.reading import read_sheet
from tests.factories import UserFactory
from tests.settlement.company import Company, settled

Kind = LedgerAccount.Kind
NOVEMBER, DECEMBER = date(2026, 11, 3), date(2026, 12, 3)


def posted(company: Company, key: str, fen: int, day: date = NOVEMBER) -> None:
    """Give the installer an available amount, or take it back."""
    party = installer_party(company.installer)
    legs = [
        Leg(account(clearing_party(), Kind.CLEARING), -fen),
        Leg(account(party, Kind.AVAILABLE), fen),
    ]
    post(kind="test", source_key=key, legs=legs, day=day)


def paid_out(company: Company, fen: int) -> None:
    """Move what is available to what was paid."""
    party = installer_party(company.installer)
    legs = [
        Leg(account(party, Kind.AVAILABLE), -fen),
        Leg(account(party, Kind.PAID), fen),
    ]
    post(kind="payout", source_key="payout", legs=legs, day=NOVEMBER)


def owed(company: Company, period: StatementPeriod) -> list[tuple[str, int]]:
    found = carried_debts(installer_party(company.installer), period)
    return [(debt.source_key, debt.owed_fen) for debt in found]


def test_money_taken_back_after_it_was_paid_is_owed_by_its_cause(company: Company) -> None:
    posted(company, "earned", 10_000)
    paid_out(company, 10_000)
    posted(company, "refund", -4_000)
    posted(company, "rework", -1_500)
    december = period_of(DECEMBER)
    assert owed(company, december) == [("rework", 1_500), ("refund", 4_000)]
    posted(company, "again", 3_000)
    assert owed(company, december) == [("rework", 1_500), ("refund", 1_000)]
    posted(company, "more", 2_500)
    assert owed(company, december) == []


def test_the_statement_on_paper_names_what_each_part_of_a_debt_comes_from(
    company: Company,
) -> None:
    slip = settled(company)
    mine, branch = installer_party(slip.installer), unit_party(slip.work_order.settled_by)
    wish = Wish(payee=branch, payer=mine, amount_fen=90_000, reason="客户退货", evidence="")
    made = make_adjustment(settlement=slip, wish=wish, actor=company.finance)
    second = UserFactory(role=company.finance.role, unit=company.world.hq)
    decide_adjustment(adjustment_id=made.pk, approve=True, reason="", actor=second)
    following = period_of(clock.business_day().replace(day=28) + timedelta(days=7))
    sheet = read_sheet(party=mine, period=following)
    debts = carried_debts(mine, following)
    assert sum(debt.owed_fen for debt in debts) == -sheet.carried_debt_fen > 0
    run = StatementRun(period=following, started_by=company.finance)
    paper = part_html(
        Statement(run=run, party=mine),
        sheet,
        parts(sheet)[0],
        company="x",
        address="y",
        debts=debts,
    )
    for words in ("客户退货", slip.work_order.number, money(debts[0].owed_fen)):
        assert words in paper


def test_what_happens_in_the_period_itself_is_not_carried_into_it(company: Company) -> None:
    posted(company, "refund", -4_000, DECEMBER)
    assert owed(company, period_of(DECEMBER)) == []
    assert owed(company, period_of(date(2027, 1, 3))) == [("refund", 4_000)]
