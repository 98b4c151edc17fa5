"""Tells a database that is away for a moment from a statement that failed."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

_COMES_BACK = ("08", "57P", "53300")
"""SQLSTATEs of lost connections, a server that stops or starts, and too many connections."""


def is_away(error: BaseException | None) -> bool:
    """Whether the error means that no database answered, so that the same request may succeed soon.

    A connection that broke or was never made has no SQLSTATE; locks and limits have others.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or str(state).startswith(_COMES_BACK)
