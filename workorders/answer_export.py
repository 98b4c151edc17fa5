"""Filled-in forms as a CSV file: a line a form, a column a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from common import clock
from common.csv_files import csv_line
from common.schema import current_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from django.db.models import QuerySet

    from workorders.answer_table import AnswerTable
    from workorders.models import FormAnswers

MOST_ROWS = 50_000
_CHUNK = 500


def answer_lines(found: QuerySet[FormAnswers], table: AnswerTable) -> Iterator[bytes]:
    """Return the file in pieces: UTF-8 with a mark, a header, a line a form, 50,000 at most.

    Units stand in the header, so that numbers are numbers. The pieces are read when the request
    has left its tenant: they go back to it by themselves.
    """
    return _in_schema(current_schema(), get_language() or "", found, table)


def _in_schema(
    schema: str, language: str, found: QuerySet[FormAnswers], table: AnswerTable
) -> Iterator[bytes]:
    with schema_context(schema), override(language):
        head = [_("Number"), _("Service item"), _("Form"), _("Stage"), _("Filled in by"), _("At")]
        yield b"\xef\xbb\xbf" + csv_line([*head, *table.heads()])
        joined = found.select_related("filled_by", "stay", "work_order__item_version")
        chunk: list[FormAnswers] = []
        for each in joined.order_by("-pk")[:MOST_ROWS].iterator(chunk_size=_CHUNK):
            chunk.append(each)
            if len(chunk) == _CHUNK:
                yield _lines(chunk, table)
                chunk = []
        yield _lines(chunk, table)


def _lines(chunk: list[FormAnswers], table: AnswerTable) -> bytes:
    return b"".join(csv_line([*_head(row), *table.cells(row)]) for row in chunk)


def _head(row: FormAnswers) -> list[str | Decimal]:
    return [
        row.work_order.number,
        row.work_order.item_version.name,
        row.name,
        row.stay.name,
        row.filled_by.display_name,
        f"{clock.china(row.filled_at):%Y-%m-%d %H:%M}",
    ]
