"""An order belongs to the month it was done in, or to the next open one when that is locked."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction

from common.errors import Refused
from settlement.models import StatementPeriod
from settlement.services.periods import open_period_for, period_of, set_period_kind
from tests.settlement.company import Company, settled


def lock(*days: date) -> None:
    for day in days:
        period = period_of(day)
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


def test_another_length_leaves_no_gap_and_no_overlap_and_keeps_existing_months(
    company: Company,
) -> None:
    november = period_of(date(2026, 11, 3))
    for kind, day in (("weekly", date(2026, 12, 3)), ("half_monthly", date(2027, 1, 10))):
        set_period_kind(kind=kind, from_day=day, actor=company.finance)
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(120)]
    for day in reversed(days):
        period = period_of(day)
        assert period.starts_on <= day <= period.ends_on
    spans = list(StatementPeriod.objects.order_by("starts_on"))
    assert spans[0].pk == november.pk
    for one, following in pairwise(spans):
        assert following.starts_on == one.ends_on + timedelta(days=1)
    names = [str(one) for one in spans]
    assert names[:4] == ["2026-11", "2026-12-01_2026-12-02", "2026-12-03_2026-12-06", "2026-W50"]
    assert names[-3:] == ["2027-01-H2", "2027-02-H1", "2027-02-H2"]


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        ("weekly", date(2026, 11, 30), "period.covered"),
        ("monthly", date(2026, 12, 1), "period.same_kind"),
        ("yearly", date(2026, 12, 1), "period.kind"),
    ],
)
def test_a_length_that_would_change_the_past_or_nothing_is_refused(
    company: Company, kind: str, day: date, code: str
) -> None:
    period_of(date(2026, 11, 3))
    with pytest.raises(Refused) as refused:
        set_period_kind(kind=kind, from_day=day, actor=company.finance)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE settlement_statementperiod SET state = 'closed' WHERE starts_on = '2026-11-01'",
        "UPDATE settlement_statementperiod SET state = 'locked' WHERE starts_on = '2026-12-01'",
        "UPDATE settlement_statementperiod SET state = 'open' WHERE starts_on = '2026-10-01'",
        "UPDATE settlement_statementperiod SET starts_on = '2026-10-02'"
        " WHERE starts_on = '2026-10-01'",
        "DELETE FROM settlement_statementperiod WHERE starts_on = '2026-10-01'",
        "INSERT INTO settlement_statementperiod (starts_on, ends_on, state)"
        " VALUES ('2026-09-01', '2026-09-30', 'open')",
        "INSERT INTO settlement_statementperiod (starts_on, ends_on, state)"
        " VALUES ('2026-12-31', '2027-01-31', 'open')",
        "INSERT INTO settlement_statementperiod (starts_on, ends_on, state)"
        " VALUES ('2027-01-01', '2027-01-31', 'locked')",
    ],
)
def test_the_database_lets_periods_go_one_step_forward_in_order_only(
    company: Company, statement: str
) -> None:
    for month in (10, 11, 12):
        period_of(date(2026, month, 1))
    lock(date(2026, 10, 1))
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
