"""The answers to a form in words, for people, for the search and for spreadsheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workorders.flow.answer_errors import ANSWER_ERRORS
from workorders.flow.answer_shape import PICTURES, Part, Position
from workorders.flow.numbers import number_text

if TYPE_CHECKING:
    from workorders.flow import Field
    from workorders.flow.answer_shape import AnswerError, Answers, Value


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """One answer as it is shown; `words` is "" for what was left out."""

    key: str
    label: str
    kind: str
    words: str


def error_sentence(error: AnswerError) -> str:
    """Return the sentence for an answer that cannot be taken."""
    return _(ANSWER_ERRORS[error.code]) % {"label": error.field.label, "n": error.n}


def answer_words(answers: Answers) -> list[AnswerWords]:
    """Return every field with its answer in words, in the form's order."""
    return [
        AnswerWords(
            field.key, field.label, field.kind, value_words(field, answers.values.get(field.key))
        )
        for field in answers.form.fields
    ]


def value_words(field: Field, value: Value | None) -> str:
    """Return one answer in words."""
    if value is None:
        return ""
    if field.kind == "signature" and isinstance(value, int):
        return ngettext("%(n)s signature", "%(n)s signatures", value) % {"n": value}
    if field.kind in PICTURES and isinstance(value, int):
        return ngettext("%(n)s picture", "%(n)s pictures", value) % {"n": value}
    if isinstance(value, int):
        return " ".join(part for part in (number_text(value), field.unit) if part)
    if isinstance(value, Position):
        return f"{value.lon:.6f}, {value.lat:.6f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "、".join(_piece(field, each) for each in value)
    return _label(field, value)


def search_text(answers: Answers) -> str:
    """Return all answers as one text to search in, in small letters; pictures say nothing."""
    shown = [each for each in answer_words(answers) if each.kind not in PICTURES]
    return "\n".join(each.words for each in shown if each.words).lower()


def _piece(field: Field, each: str | Part) -> str:
    if isinstance(each, Part):
        return f"{each.material} × {number_text(each.quantity_milli)}"
    return _label(field, each)


def _label(field: Field, code: str) -> str:
    return dict(field.options).get(code, code)
