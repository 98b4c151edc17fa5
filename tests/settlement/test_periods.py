"""An order belongs to the month it was done in, or to the next open one when that is locked."""

from __future__ import annotations

from datetime import date

import pytest

from settlement.models import StatementPeriod
from settlement.services.periods import month_period, open_period_for
from tests.settlement.company import Company, settled


def lock(*days: date) -> None:
    for day in days:
        period = month_period(day)
        period.state = StatementPeriod.State.LOCKED
        period.save()


@pytest.mark.parametrize(
    ("day", "span"),
    [
        (date(2026, 11, 30), ("2026-11-01", "2026-11-30")),
        (date(2026, 12, 31), ("2026-12-01", "2026-12-31")),
        (date(2028, 2, 29), ("2028-02-01", "2028-02-29")),
    ],
)
def test_a_period_is_a_calendar_month(tenant: object, day: date, span: tuple[str, str]) -> None:
    period = open_period_for(day)
    assert (str(period.starts_on), str(period.ends_on)) == span


def test_a_late_completion_lands_in_the_next_open_month(company: Company) -> None:
    lock(date(2026, 11, 1), date(2026, 12, 1))
    settlement = settled(company)
    assert str(settlement.period) == "2027-01"
    assert str(settlement.done_on) == "2026-11-03"
    assert settlement.is_late


def test_no_month_is_opened_before_one_that_is_locked(company: Company) -> None:
    lock(date(2026, 12, 1))
    assert str(settled(company).period) == "2027-01"
    assert not StatementPeriod.objects.filter(starts_on=date(2026, 11, 1)).exists()
