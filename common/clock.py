"""The only source of the current time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_FIRST_DAY, _LAST_DAY = date(1, 1, 2), date(9999, 12, 30)
_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def wall_now() -> datetime:
    """Return the real time, aware UTC; for leases, retries and other machine matters."""
    return datetime.now(UTC)


def now() -> datetime:
    """Return the time business happens at, aware UTC; history is made under a moved clock."""
    return _moved.get() or wall_now()


def business_day(moment: datetime | None = None) -> date:
    """Return the calendar day in Asia/Shanghai of an aware moment (default: now)."""
    return (moment or now()).astimezone(CHINA).date()


def china(moment: datetime) -> datetime:
    """Return the aware moment on a Chinese wall clock."""
    return moment.astimezone(CHINA)


def day_span(day: date) -> tuple[datetime, datetime]:
    """Return the UTC start and end of a Chinese calendar day.

    The first and the last day of the calendar have no UTC of their own: their neighbours stand in,
    so that no typed date breaks a list.
    """
    day = min(max(day, _FIRST_DAY), _LAST_DAY)
    start = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let `now()` answer the given aware moment inside the block."""
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)
