"""Rows that nobody reads inside a block, gathered there and written at its end, a statement a kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model

from common.transactions import undivided

_gathered: ContextVar[list[Model] | None] = ContextVar("gathered_rows", default=None)


@contextmanager
def gathering() -> Iterator[list[Model]]:
    """Gather what is handed to `keep()` inside the block, and write it at the end.

    The block belongs into one transaction: what goes wrong in it undoes all of it. A part that may
    fail alone runs inside `attempt()`.
    """
    rows: list[Model] = []
    token = _gathered.set(rows)
    try:
        yield rows
    finally:
        _gathered.reset(token)
    by_kind: dict[type[Model], list[Any]] = {}
    for row in rows:
        by_kind.setdefault(type(row), []).append(row)
    for kind, found in by_kind.items():
        kind._default_manager.bulk_create(found)


def keep(row: Model) -> None:
    """Insert a row nobody will read soon: at once, or with the others of the block around."""
    rows = _gathered.get()
    if rows is None:
        row.save(force_insert=True)
    else:
        rows.append(row)


@contextmanager
def attempt() -> Iterator[None]:
    """A part of a transaction that may fail alone: what it wrote and what it gathered is undone."""
    rows = _gathered.get()
    before = len(rows) if rows is not None else 0
    try:
        with undivided(state=False):
            yield
    except BaseException:
        if rows is not None:
            del rows[before:]
        raise
