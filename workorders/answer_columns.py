"""The questions of filled-in forms over all versions of their flows: a column of a table each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from workorders.flow.answer_shape import PICTURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workorders.flow import Field, Flow

NUMBERS = ("number", "computed")
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


def columns_of(flows: Mapping[int, Flow], asked: Iterable[tuple[int, str]]) -> list[AnswerColumn]:
    """Return the questions of forms, given as (version, form's key) with the newest versions first."""
    newest: dict[_Same, tuple[str, Field]] = {}
    places: dict[_Same, list[tuple[Place, Field]]] = {}
    for version, form_key in asked:
        flow = flows[version]
        form = flow.form(form_key)
        for field in form.fields if form else ():
            if form is None or field.kind in PICTURES:
                continue
            same = (flow.key, form.key, field.key, field.unit, field.kind in NUMBERS)
            newest.setdefault(same, (form.name, field))
            places.setdefault(same, []).append(((version, form.key, field.key), field))
    # Questions of several flows that are called the same and have the same key are one, too.
    merged: dict[_Same, list[tuple[Place, Field]]] = {}
    first: dict[_Same, tuple[str, Field]] = {}
    for same, (name, field) in newest.items():
        told = (name, field.key, field.label, field.unit, field.kind in NUMBERS)
        first.setdefault(told, (name, field))
        merged.setdefault(told, []).extend(places[same])
    return [_column(*first[told], merged[told]) for told in first]


def _column(name: str, field: Field, asked: Sequence[tuple[Place, Field]]) -> AnswerColumn:
    options: dict[str, str] = {}
    for _place, each in asked:
        for code, label in each.options:
            options.setdefault(code, label)
    return AnswerColumn(name, field, tuple(place for place, _field in asked), options)
