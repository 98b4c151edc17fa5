"""Filled-in forms of one name as a CSV file: a line a form, a column a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context

from common import clock
from common.csv_files import csv_line
from common.schema import current_schema
from workorders.answer_list import AnswerRow, answer_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from workorders.models import FormAnswers

MOST_ROWS = 50_000
_CHUNK = 500


def answer_lines(found: QuerySet[FormAnswers], labels: list[str]) -> Iterator[bytes]:
    """Return the file in pieces: UTF-8 with a mark, a header, a line a form, 50,000 at most.

    `labels` are the columns: labels of fields, over all versions of the form. The pieces are read
    when the request has left its tenant: they go back to it by themselves.
    """
    return _in_schema(current_schema(), get_language() or "", found, labels)


def _in_schema(
    schema: str, language: str, found: QuerySet[FormAnswers], labels: list[str]
) -> Iterator[bytes]:
    with schema_context(schema), override(language):
        head = [_("Number"), _("Service item"), _("Form"), _("Stage"), _("Filled in by"), _("At")]
        yield b"\xef\xbb\xbf" + csv_line([*head, *labels])
        joined = found.select_related(
            "flow_version", "filled_by", "stay", "work_order__item_version"
        )
        chunk: list[FormAnswers] = []
        for each in joined.order_by("-pk")[:MOST_ROWS].iterator(chunk_size=_CHUNK):
            chunk.append(each)
            if len(chunk) == _CHUNK:
                yield _lines(chunk, labels)
                chunk = []
        yield _lines(chunk, labels)


def _lines(chunk: list[FormAnswers], labels: list[str]) -> bytes:
    return b"".join(csv_line(_cells(row, labels)) for row in answer_rows(chunk))


def _cells(row: AnswerRow, labels: list[str]) -> list[str]:
    said = {answer.label: answer.words for answer in row.answers}
    at = f"{clock.china(row.at):%Y-%m-%d %H:%M}"
    head = [row.number, row.item, row.form, row.stage, row.by, at]
    return [*head, *(said.get(label, "") for label in labels)]
