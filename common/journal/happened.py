"""How long ago a post says that what it tells of happened: a queue may have kept it for hours.

The phone says an age and no time of day: it is the difference of two readings of one clock, so a
clock that is wrong does no harm. What to believe of it is for whoever knows what was done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from common import clock

if TYPE_CHECKING:
    from django.http import HttpRequest

AGE_HEADER = "X-Happened-Ago"
"""Milliseconds between the deed and its sending; only a queue's post (`X-Outbox: 1`) is asked."""
_AGE = re.compile(r"-?\d{1,15}\Z", re.ASCII)
_FARTHEST = timedelta(days=400)


class Said(NamedTuple):
    """When it is said to have happened, and when that was received; aware UTC."""

    at: datetime
    received_at: datetime


_said: ContextVar[Said | None] = ContextVar("said_to_have_happened", default=None)


def said() -> Said | None:
    """Return what the post that is being answered says; None for one that says nothing."""
    return _said.get()


@contextmanager
def told_by(request: HttpRequest) -> Iterator[None]:
    """Let `said()` answer what a request says inside the block."""
    token = _said.set(_read(request))
    try:
        yield
    finally:
        _said.reset(token)


def _read(request: HttpRequest) -> Said | None:
    age = request.headers.get(AGE_HEADER, "").strip()
    if request.headers.get("X-Outbox") != "1" or not _AGE.match(age):
        return None
    ago = min(max(timedelta(milliseconds=int(age)), -_FARTHEST), _FARTHEST)
    now = clock.now()
    return Said(now - ago, now)
