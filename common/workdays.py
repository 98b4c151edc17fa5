"""China's working days and the hours of business on them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays

from common import clock

OPENS, CLOSES = time(9), time(18)
"""The hours of business on a working day, on a Chinese wall clock."""


def day_kind(day: date) -> str:
    """Return holiday, rest or workday; days worked in exchange for a holiday are workdays.

    Source: the yearly notice of the State Council on public holidays, as the package `holidays`
    publishes it.
    """
    if day in _calendar(day.year):
        return "holiday"
    return "workday" if _calendar(day.year).is_working_day(day) else "rest"


def after_business_minutes(since: datetime, minutes: int) -> datetime:
    """Return the UTC moment at which so many minutes of business have passed since an aware one.

    Nights, days of rest and holidays do not count. What ends with the day is due at its close.
    """
    begin, left = clock.china(since), timedelta(minutes=minutes)
    day = begin.date()
    while True:
        if day_kind(day) == "workday":
            opens, closes = (datetime.combine(day, at, clock.CHINA) for at in (OPENS, CLOSES))
            begin = max(begin, opens)
            if begin + left <= closes:
                return (begin + left).astimezone(UTC)
            left -= max(closes - begin, timedelta())
        day += timedelta(days=1)


@cache
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)
