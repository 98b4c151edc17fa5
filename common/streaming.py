"""Rows of a query as they come: the server makes the next while the last ones are being used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

AT_ONCE = 250
"""Rows taken over in one piece: few enough that the pipe to the server holds some of them."""


def streamed(query: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a `values_list` as the driver reads them; JSON stays text.

    Nothing else may be asked on the connection before the last row; whoever leaves off earlier
    cancels the query, and the transaction with it.
    """
    try:
        text, given = query.query.sql_with_params()
    except EmptyResultSet:
        return
    yield from streamed_text(text, given)


def streamed_text(text: str, given: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query written out; as `streamed`."""
    with connection.cursor() as cursor:
        yield from cursor.stream(text, given, size=AT_ONCE)
