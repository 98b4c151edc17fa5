"""The days a statement period covers: whole weeks, half months or months, and what they are called."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

WEEKLY, HALF_MONTHLY, MONTHLY = "weekly", "half_monthly", "monthly"
HALF = 15  # the first half of a month ends on this day

_MONTH = re.compile(r"(\d{4})-(\d{2})\Z")
_HALF = re.compile(r"(\d{4})-(\d{2})-H([12])\Z")
_WEEK = re.compile(r"(\d{4})-W(\d{2})\Z")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})_(\d{4}-\d{2}-\d{2})\Z")


class Span(NamedTuple):
    """First and last day, both inside."""

    starts_on: date
    ends_on: date

    def within(self, first: date | None, last: date | None) -> Span:
        """Return the part of the span between two days; None does not limit."""
        starts_on = self.starts_on if first is None else max(self.starts_on, first)
        ends_on = self.ends_on if last is None else min(self.ends_on, last)
        return Span(starts_on, ends_on)


def whole_span(kind: str, day: date) -> Span:
    """Return the whole week (Monday to Sunday), half month or month that a day lies in."""
    if kind == WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Span(monday, monday + timedelta(days=6))
    last = day.replace(day=monthrange(day.year, day.month)[1])
    if kind == MONTHLY:
        return Span(day.replace(day=1), last)
    if day.day <= HALF:
        return Span(day.replace(day=1), day.replace(day=HALF))
    return Span(day.replace(day=HALF + 1), last)


def span_name(starts_on: date, ends_on: date) -> str:
    """Name a span: 2026-11, 2026-11-H1, 2026-W48, or its two days when it is none of these."""
    span = Span(starts_on, ends_on)
    if span == whole_span(MONTHLY, starts_on):
        return f"{starts_on:%Y-%m}"
    if span == whole_span(HALF_MONTHLY, starts_on):
        return f"{starts_on:%Y-%m}-H{1 if starts_on.day == 1 else 2}"
    if span == whole_span(WEEKLY, starts_on):
        year, week, _weekday = starts_on.isocalendar()
        return f"{year}-W{week:02d}"
    return f"{starts_on.isoformat()}_{ends_on.isoformat()}"


def span_called(name: str) -> Span | None:
    """Return the span of a name; None when it is not the name of one."""
    try:
        span = _read(name)
    except ValueError:
        return None
    if span is None or span.ends_on < span.starts_on or span_name(*span) != name:
        return None
    return span


def _read(name: str) -> Span | None:
    if found := _MONTH.match(name):
        return whole_span(MONTHLY, date(int(found[1]), int(found[2]), 1))
    if found := _HALF.match(name):
        first = 1 if found[3] == "1" else HALF + 1
        return whole_span(HALF_MONTHLY, date(int(found[1]), int(found[2]), first))
    if found := _WEEK.match(name):
        return whole_span(WEEKLY, date.fromisocalendar(int(found[1]), int(found[2]), 1))
    if found := _DAYS.match(name):
        return Span(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
    return None
