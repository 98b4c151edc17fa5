"""Differences between two people's changes as people read them: by labels and choices of the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from common.formatting import NO_VALUE

if TYPE_CHECKING:
    from common.two_editors.comparing import Changed


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field two people changed, in words, for choosing."""

    name: str
    label: str
    was: str
    theirs: str
    mine: str
    clash: bool
    take_mine: bool


def in_words(changes: tuple[Changed, ...], form: forms.BaseForm) -> list[FieldDifference]:
    """Return changes as people read them, by the labels and choices of the form."""
    found = []
    for each in changes:
        field = form.fields[each.name]
        was, theirs, mine = (_words(field, value) for value in (each.was, each.theirs, each.mine))
        label = str(field.label or each.name)
        found.append(
            FieldDifference(each.name, label, was, theirs, mine, each.clash, each.take_mine)
        )
    return found


def _words(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    if not value:
        return NO_VALUE
    if isinstance(field, forms.ModelChoiceField):
        return _of_row(field, value)
    if isinstance(field, forms.ChoiceField):
        known = {str(key): str(label) for key, label in _flat(field.choices)}
        return known.get(value, value)
    return value


def _of_row(field: forms.ModelChoiceField[Any], value: str) -> str:
    rows = field.queryset.model._default_manager if field.queryset is not None else None
    row = rows.filter(pk=value).first() if rows is not None and value.isdecimal() else None
    return value if row is None else str(row)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    return [
        pair
        for key, label in choices
        for pair in (label if isinstance(label, list | tuple) else [(key, label)])
    ]
