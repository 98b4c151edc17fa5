"""Filled-in forms as a table: their columns, and a row's cells."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from workorders.answer_columns import NUMBERS, AnswerColumn, Place, columns_of
from workorders.flow.answers import read_answers
from workorders.flow.numbers import plain_number
from workorders.flow_versions import flows_by_id
from workorders.form_words import value_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from workorders.flow import Field, Flow
    from workorders.flow.answer_shape import Value
    from workorders.models import FormAnswers

Cell = str | Decimal


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The columns of filled-in forms, and the flows their answers are read by."""

    columns: tuple[AnswerColumn, ...]
    flows: Mapping[int, Flow]
    _at: Mapping[Place, int]

    def heads(self) -> list[str]:
        """Return the heads of the columns: with the form where there are several, none twice."""
        several = len({column.form for column in self.columns}) > 1
        heads: list[str] = []
        for column in self.columns:
            head = f"{column.form} · {column.head}" if several else column.head
            again = sum(each == head or each.startswith(f"{head} #") for each in heads)
            heads.append(f"{head} #{again + 1}" if again else head)
        return heads

    def cells(self, row: FormAnswers) -> list[Cell]:
        """Return the answers of a filled-in form by column: numbers as numbers, the rest in words."""
        cells: list[Cell] = [""] * len(self.columns)
        flow = self.flows.get(row.flow_version_id)
        form = flow.form(row.form) if flow else None
        if form is None:
            return cells
        values = read_answers(form, row.values, {}).values
        for field in form.fields:
            at = self._at.get((row.flow_version_id, row.form, field.key))
            if at is not None:
                cells[at] = _cell(field, values.get(field.key))
        return cells


def answer_table(found: QuerySet[FormAnswers]) -> AnswerTable:
    """Return the columns of filled-in forms, those of the newest versions first; two queries."""
    asked = found.order_by().values_list("flow_version", "form").distinct()
    pairs = sorted(asked, key=lambda pair: (-pair[0], pair[1]))
    flows = flows_by_id({version for version, _form in pairs})
    columns = columns_of(flows, pairs)
    at = {place: number for number, column in enumerate(columns) for place in column.places}
    return AnswerTable(tuple(columns), flows, at)


def _cell(field: Field, value: Value | None) -> Cell:
    if isinstance(value, int) and field.kind in NUMBERS:
        return plain_number(value)
    return value_words(field, value)
