"""Statement periods: calendar months in China; money lands in the first open one."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from django.db import connection
from django.db.models import Max

from settlement.models import StatementPeriod


def month_period(day: date) -> StatementPeriod:
    """Return the period of the day's month, made when it is the first to need it."""
    last = monthrange(day.year, day.month)[1]
    period, _made = StatementPeriod.objects.get_or_create(
        starts_on=day.replace(day=1), defaults={"ends_on": day.replace(day=last)}
    )
    return period


def open_period_for(day: date) -> StatementPeriod:
    """Return the day's period, or the next open one when it is locked, held for posting.

    Periods are locked in order: what belongs before the last locked one lands after it, also where
    that month was never opened. The row is share-locked until the transaction ends: a lock of the
    period waits for postings on their way, and postings that come after it find it locked.
    """
    last = _last_locked_day()
    if last is not None and day <= last:
        day = last + timedelta(days=1)
    while True:
        period = month_period(day)
        if _state_held(period) == StatementPeriod.State.OPEN:
            return period
        day = period.ends_on + timedelta(days=1)


def _last_locked_day() -> date | None:
    locked = StatementPeriod.objects.exclude(state=StatementPeriod.State.OPEN)
    last: date | None = locked.aggregate(last=Max("ends_on"))["last"]
    return last


def _state_held(period: StatementPeriod) -> str:
    table = connection.ops.quote_name(StatementPeriod._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT state FROM {table} WHERE id = %s FOR SHARE", [period.pk])  # noqa: S608 - the table name is ours
        row = cursor.fetchone()
    return str(row[0]) if row else ""
