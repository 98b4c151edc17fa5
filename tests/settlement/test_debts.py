"""What was paid and then taken back is carried as a debt, with its cause, until it is earned again."""

from __future__ import annotations

from datetime import date

from settlement.ledger import Leg, post
from settlement.models import LedgerAccount, StatementPeriod
from settlement.services.parties import account, clearing_party, installer_party
from settlement.services.periods import period_of
from settlement.statements.debts import carried_debts
from tests.settlement.company import Company

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


def test_what_happens_in_the_period_itself_is_not_carried_into_it(company: Company) -> None:
    posted(company, "refund", -4_000, DECEMBER)
    assert owed(company, period_of(DECEMBER)) == []
    assert owed(company, period_of(date(2027, 1, 3))) == [("refund", 4_000)]
