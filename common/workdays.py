"""China's working days and the hours of business on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays

from common import clock


@dataclass(frozen=True, slots=True)
class Hours:
    """When a company works: from `opens` to `closes` (later) on a Chinese wall clock, on working
    days and, when said, on days of rest and on public holidays.
    """

    opens: time = time(9)
    closes: time = time(18)
    rest_days: bool = False
    holidays: bool = False

    def on(self, day: date) -> bool:
        """Whether the company works on a day."""
        kind = day_kind(day)
        return kind == "workday" or (self.rest_days if kind == "rest" else self.holidays)

    def is_open(self, at: datetime) -> bool:
        """Whether the company works at an aware moment."""
        here = clock.china(at)
        return self.on(here.date()) and self.opens <= here.time() < self.closes


def day_kind(day: date) -> str:
    """Return holiday, rest or workday; days worked in exchange for a holiday are workdays.

    Source: the yearly notice of the State Council on public holidays, as the package `holidays`
    publishes it.
    """
    if day in _calendar(day.year):
        return "holiday"
    return "workday" if _calendar(day.year).is_working_day(day) else "rest"


def after_business_minutes(since: datetime, minutes: int, hours: Hours) -> datetime:
    """Return the UTC moment at which so many minutes of business have passed since an aware one.

    Hours and days at which the company is closed do not count. What ends with the day is due at
    its close.
    """
    begin, left = clock.china(since), timedelta(minutes=minutes)
    day = begin.date()
    while True:
        if hours.on(day):
            opens = datetime.combine(day, hours.opens, clock.CHINA)
            closes = datetime.combine(day, hours.closes, clock.CHINA)
            begin = max(begin, opens)
            if begin + left <= closes:
                return (begin + left).astimezone(UTC)
            left -= max(closes - begin, timedelta())
        day += timedelta(days=1)


def before_business_minutes(until: datetime, minutes: int, hours: Hours) -> datetime:
    """Return the latest UTC moment from which so many minutes of business pass until an aware one."""
    end, left = clock.china(until), timedelta(minutes=minutes)
    day = end.date()
    while True:
        if hours.on(day):
            opens = datetime.combine(day, hours.opens, clock.CHINA)
            end = min(end, datetime.combine(day, hours.closes, clock.CHINA))
            if end - left >= opens:
                return (end - left).astimezone(UTC)
            left -= max(end - opens, timedelta())
        day -= timedelta(days=1)
        end = datetime.combine(day, hours.closes, clock.CHINA)


@cache
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)
