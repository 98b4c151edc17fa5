"""Errands: handlers that call a platform hold no transaction while they wait for its answer.

A handler declared `outside=True` runs without a transaction. What its call brought it writes in one
block of `brought_home()`: a transaction that first makes sure the row is still this start's and
marks it done last. A worker that dies on the way leaves the row open; it runs again when the lease
is over, so the call may happen twice and its effect once.

Every client of a platform says `going_out()` before each attempt: a handler that was not declared so,
and a block that writes, get no further than that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from django.db import transaction

from common.clock import wall_now
from common.outbox.models import OPEN, OutboxRow

LEASE_S = 30
"""Longer than one attempt of a call and the wait before the next; each attempt renews it."""
_RENEWED_EVERY_S = 5.0


class OvertakenError(Exception):
    """Another start has the row by now: what this one brought is dropped."""


class CallInsideError(RuntimeError):
    """A platform was about to be called while a handler's transaction is open."""


@dataclass(slots=True)
class Errand:
    """One start of a row on its way."""

    row_id: int
    start: int
    is_done: bool = False
    renewed: float = field(default_factory=monotonic)


_errand: ContextVar[Errand | None] = ContextVar("outbox_errand", default=None)
_at_home: ContextVar[bool] = ContextVar("outbox_at_home", default=False)


@contextmanager
def at_home() -> Iterator[None]:
    """Run what holds a transaction: nothing in it may call a platform."""
    token = _at_home.set(True)
    try:
        yield
    finally:
        _at_home.reset(token)


@contextmanager
def on_errand(row_id: int, start: int) -> Iterator[None]:
    """Run a handler outside; an errand that brought nothing home is marked done at the end."""
    errand = Errand(row_id, start)
    token = _errand.set(errand)
    try:
        yield
        if not errand.is_done:
            with brought_home():
                pass
    finally:
        _errand.reset(token)


@contextmanager
def brought_home() -> Iterator[None]:
    """Write what a call brought, in one transaction: with the row's done mark on an errand.

    OvertakenError when the row is another start's. Without an errand (a person waits for the
    answer) simply a transaction.
    """
    errand = _errand.get()
    if errand is not None and errand.is_done:
        raise RuntimeError("an errand comes home once")
    with transaction.atomic():
        row = None if errand is None else _locked(errand)
        with at_home():
            yield
        if row is not None:
            row.done_at = wall_now()
            row.lease_until = None
            row.save(update_fields=["done_at", "lease_until"])
    if errand is not None:
        errand.is_done = True


def going_out() -> None:
    """Say that a platform is called now; CallInsideError where a transaction would wait for it."""
    if _at_home.get():
        raise CallInsideError("a handler that calls a platform is declared outside=True")
    still_out()


def still_out() -> None:
    """Keep the row for another while: a call took its time and the next one begins."""
    errand = _errand.get()
    if errand is None or errand.is_done or monotonic() - errand.renewed < _RENEWED_EVERY_S:
        return
    until = wall_now() + timedelta(seconds=LEASE_S)
    mine = OutboxRow.objects.filter(OPEN, pk=errand.row_id, tries=errand.start)
    if not mine.update(lease_until=until):
        raise OvertakenError
    errand.renewed = monotonic()


def _locked(errand: Errand) -> OutboxRow:
    rows = OutboxRow.objects.select_for_update()
    row = rows.filter(OPEN, pk=errand.row_id, tries=errand.start).first()
    if row is None:
        raise OvertakenError
    return row
