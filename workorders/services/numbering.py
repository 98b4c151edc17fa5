"""Numbers of work orders: WO-YYYYMMDD-NNNN by Chinese calendar day, without gaps or twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from datetime import date


def take_number(day: date) -> str:
    """Return the next number of a day; it is given back when the transaction is undone.

    The day's row stays locked until the commit, so a number is never given twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO workorders_workordercounter AS c (day, last) VALUES (%s, 1)"
            " ON CONFLICT (day) DO UPDATE SET last = c.last + 1 RETURNING last",
            [day],
        )
        row: tuple[int] = cursor.fetchone()
    return f"WO-{day:%Y%m%d}-{row[0]:04d}"
