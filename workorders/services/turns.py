"""Lets those who do the same thing at one moment do it one after the other."""

from __future__ import annotations

from django.db import connection

from common.schema import current_schema


def take_turn(*what: str) -> None:
    """Wait until nobody else of this company is at the same thing, till the transaction's end.

    For what has no row yet that could be locked: the second then sees what the first one wrote.
    """
    name = "\x1f".join((current_schema(), *what))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5311))", [name])
