"""The questions of filled-in forms over all versions of their flows: a column of a table each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from workorders.flow.answer_shape import PICTURES
from workorders.flow.answers import read_answers
from workorders.flow.numbers import plain_number
from workorders.flow_versions import flows_by_id
from workorders.form_words import value_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from workorders.flow import Field, Flow
    from workorders.flow.answer_shape import Value
    from workorders.models import FormAnswers

NUMBERS = ("number", "computed")
Cell = str | Decimal
Place = tuple[int, str, str]
"""Where a question stands: the version's id, the form's key and the field's."""
_Same = tuple[str, str, str, str, bool]


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """One question: the field as its newest version has it, and every place where it is asked.

    A field of the same key and unit in a later version of the flow is the same question, whatever
    it is called there. `form` is the form's name, `options` are those of all versions.
    """

    form: str
    field: Field
    places: tuple[Place, ...]
    options: Mapping[str, str]

    @property
    def token(self) -> str:
        """What tells it from the other questions of its form."""
        return "/".join((self.field.key, self.field.unit, self.field.label))

    @property
    def head(self) -> str:
        """Its label, with the unit of a number."""
        if not self.field.unit or self.field.kind not in NUMBERS:
            return self.field.label
        return _("%(label)s (%(unit)s)") % {"label": self.field.label, "unit": self.field.unit}


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
    newest: dict[_Same, tuple[str, Field]] = {}
    places: dict[_Same, list[tuple[Place, Field]]] = {}
    for version, form_key in pairs:
        flow = flows[version]
        form = flow.form(form_key)
        for field in form.fields if form else ():
            if form is None or field.kind in PICTURES:
                continue
            same = (flow.key, form.key, field.key, field.unit, field.kind in NUMBERS)
            newest.setdefault(same, (form.name, field))
            places.setdefault(same, []).append(((version, form.key, field.key), field))
    return _table(newest, places, flows)


def _table(
    newest: Mapping[_Same, tuple[str, Field]],
    places: Mapping[_Same, list[tuple[Place, Field]]],
    flows: Mapping[int, Flow],
) -> AnswerTable:
    """Take questions of several flows together that are called the same and have the same key."""
    merged: dict[_Same, list[tuple[Place, Field]]] = {}
    first: dict[_Same, tuple[str, Field]] = {}
    for same, (name, field) in newest.items():
        told = (name, field.key, field.label, field.unit, field.kind in NUMBERS)
        first.setdefault(told, (name, field))
        merged.setdefault(told, []).extend(places[same])
    columns = [_column(*first[told], merged[told]) for told in first]
    at = {place: number for number, column in enumerate(columns) for place in column.places}
    return AnswerTable(tuple(columns), flows, at)


def _column(name: str, field: Field, asked: Sequence[tuple[Place, Field]]) -> AnswerColumn:
    options: dict[str, str] = {}
    for _place, each in asked:
        for code, label in each.options:
            options.setdefault(code, label)
    return AnswerColumn(name, field, tuple(place for place, _field in asked), options)


def _cell(field: Field, value: Value | None) -> Cell:
    if isinstance(value, int) and field.kind in NUMBERS:
        return plain_number(value)
    return value_words(field, value)
