"""Whoever earned less per hour than the others is preferred, within bounds."""

from __future__ import annotations

from datetime import date

from dispatch.engine.facts import Tech
from dispatch.fairness import hourly_fen, with_fair_share
from tests.settlement.company import Company, settled
from tests.settlement.conftest import company

__all__ = ["company"]

HOME = (120.0, 30.0)


def test_everybody_is_compared_with_the_median_and_strangers_stand_at_it() -> None:
    techs = [Tech(id=n, home=HOME) for n in (1, 2, 3, 4)]
    fair = with_fair_share(techs, {1: 1_000, 2: 3_000, 3: 9_000})
    assert [(each.own_fen, each.median_fen) for each in fair] == [
        (1_000, 3_000), (3_000, 3_000), (9_000, 3_000), (3_000, 3_000),
    ]  # fmt: skip


def test_earnings_of_the_last_two_weeks_are_divided_by_the_hours_of_the_shifts(
    company: Company,
) -> None:
    done = settled(company)
    someone = company.installer
    tomorrow, later = date(2026, 11, 4), date(2026, 11, 18)
    worked_h = 14 * 10  # nobody set hours of their own: eight to six on every day
    assert hourly_fen(installers=[someone], today=tomorrow) == {
        someone.pk: done.gross_fen // worked_h
    }
    assert hourly_fen(installers=[someone], today=later) == {someone.pk: 0}
